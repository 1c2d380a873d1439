// SPDX-License-Identifier: Apache-2.0
// One exchange under way over a libcurl easy handle: what all kinds of exchange share. A session is
// not movable, because libcurl and OpenSSL keep its address.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/observation.hpp"
#include "wire/curl_owned.hpp"
#include "wire/loop.hpp"
#include "wire/tls_trace.hpp"
#include "wire/transfers.hpp"
#include "wire/wire.hpp"

namespace wire {

// What is known of sockets beyond the life of a session: libcurl closes pooled ones much later.
struct SocketBook {
  int opened = 0;
  // State of the TCP connection (tcp_info) when libcurl closed the descriptor: the socket tells who
  // closed first, libcurl's error code does not.
  std::map<int, int> state_at_close;
  // Pooled connections, by local port.
  struct Open {
    std::shared_ptr<TlsTrace> trace;
    int fd = -1;
  };
  std::map<long, Open> open;
};

// A survey meets the same leaf certificate many times, and reading one costs more than a hello.
struct LastLeaf {
  std::vector<std::uint8_t> der;
  std::optional<model::CertificateFacts> facts;   // nothing where it cannot be read
};

// What every session works with. All of it outlives the session.
struct Surroundings {
  Loop& loop;
  Transfers& transfers;
  const Settings& settings;
  SocketBook& sockets;
  LastLeaf& leaf;
};

// How a connection is made, where it differs from the usual.
struct Manner {
  bool names_server = true;                  // sends SNI
  std::optional<model::TlsVersion> only = {};     // the one version offered
  std::shared_ptr<KeptSession> keeps = {};        // where a session the target gives is kept
  std::shared_ptr<KeptSession> resumes = {};      // the session to resume
  bool asks_for_status = false;              // OCSP stapling
};

class Session {
 public:
  using Done = std::function<void(model::Observation)>;

  Session(Surroundings around, model::Origin origin, std::string server_name, std::string credential, Manner manner = {});
  virtual ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Begins; `done` is called once, from the loop.
  void start(Done done);

 protected:
  // Sets what is particular to the kind of exchange.
  virtual void configure(CURL* easy) = 0;
  // libcurl is done with the transfer, or with connecting.
  virtual void on_done(CURLcode code) = 0;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] const Settings& settings() const { return around_.settings; }
  [[nodiscard]] Loop& loop() { return around_.loop; }
  [[nodiscard]] LastLeaf& last_leaf() const { return around_.leaf; }
  [[nodiscard]] const std::shared_ptr<TlsTrace>& trace() const { return trace_; }
  [[nodiscard]] const model::Origin& origin() const { return origin_; }
  [[nodiscard]] bool reused() const { return reused_; }
  [[nodiscard]] bool asked_twice() const { return requests_ > 1; }
  [[nodiscard]] const char* curl_said(CURLcode code) const;
  [[nodiscard]] base::Milliseconds elapsed() const;

  // The observation of an exchange that ended without an answer: by whom, and where.
  [[nodiscard]] model::Observation ended(CURLcode code) const;
  [[nodiscard]] model::Observation blank() const;
  void finish(model::Observation seen);
  // Makes a context ready for this exchange: trace, trust, credential, manner.
  base::Status prepare_context(SSL_CTX* context);

 private:
  static CURLcode on_context(CURL* easy, void* context, void* self) noexcept;
  static int before_request(void* self, char* primary_ip, char* local_ip, int primary_port, int local_port) noexcept;
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
  static int on_close(void* book, curl_socket_t fd) noexcept;

  void set_common();
  void set_route();
  void apply_manner(SSL_CTX* context);
  [[nodiscard]] bool closed_by_target() const;
  [[nodiscard]] bool began_to_answer() const;
  [[nodiscard]] bool was_reset(CURLcode code) const;

  Surroundings around_;
  model::Origin origin_;
  std::string server_name_;
  std::string credential_;
  Manner manner_;
  CurlEasy easy_;
  CurlList connect_to_;
  Done done_;
  std::shared_ptr<TlsTrace> trace_;
  std::string own_failure_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Clock::time_point started_;
  int fd_ = -1;
  int requests_ = 0;
  bool reused_ = false;   // known when its request leaves
  bool unasked_ = false;  // something lay unread on the reused connection
  std::uint64_t data_before_ = 0;  // records of application data that had come before
  bool attached_ = false;
};

}  // namespace wire
