// SPDX-License-Identifier: Apache-2.0
// The Wire that really talks: makes a session for each exchange and keeps it until it is done.
#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "wire/hello_session.hpp"
#include "wire/http_session.hpp"
#include "wire/raw_session.hpp"
#include "wire/session.hpp"
#include "wire/tls_session.hpp"
#include "wire/transfers.hpp"
#include "wire/wire.hpp"

namespace wire {

namespace {

class RealWire final : public Wire {
 public:
  RealWire(Settings settings, int wake_fd)
      : settings_(std::move(settings)), pooled_(loop_, settings_.kept_connections), apart_(loop_, 0) {
    if (wake_fd >= 0) watch_wake(wake_fd);
  }

  ~RealWire() override {
    sessions_.clear();  // before the transfers they are attached to
    ended_.clear();
  }

  void send(const model::Exchange& exchange, Done done) override {
    const auto* http = std::get_if<model::HttpExchange>(&exchange);
    if (http != nullptr && http->session_of) return resume(*http, std::move(done));
    const auto* handshake = std::get_if<model::HandshakeExchange>(&exchange);
    if (handshake != nullptr && handshake->resumes != model::Resumption::none) return resume(*handshake, std::move(done));
    run(std::visit([this](const auto& e) { return make(e); }, exchange), std::move(done));
  }

  void after(base::Milliseconds delay, std::function<void()> on_time) override {
    ++timers_;
    loop_.after(delay, [this, on_time = std::move(on_time)] {
      --timers_;
      on_time();
    });
  }

  bool turn() override {
    ended_.clear();
    if (sessions_.empty() && timers_ == 0) return false;
    return loop_.turn();
  }

  [[nodiscard]] base::Milliseconds now() const override {
    return std::chrono::duration_cast<base::Milliseconds>(Clock::now().time_since_epoch());
  }

  [[nodiscard]] int connections_opened() const override { return sockets_.opened; }

 private:
  void run(std::unique_ptr<Session> session, Done done) {
    const std::uint64_t id = next_++;
    Session& started = *session;
    sessions_[id] = std::move(session);
    started.start([this, id, done = std::move(done)](model::Observation seen) {
      // The session is still on the stack: it is buried at the next turn.
      const auto at = sessions_.find(id);
      if (at != sessions_.end()) {
        ended_.push_back(std::move(at->second));
        sessions_.erase(at);
      }
      done(std::move(seen));
    });
  }

  // The same request twice: to begin a session, and to resume it.
  void resume(const model::HttpExchange& http, Done done) {
    const auto kept = std::make_shared<KeptSession>();
    model::HttpExchange first = http;
    first.credential = *http.session_of;
    first.connection = model::Connection::fresh;
    Manner manner = manner_of(http);
    manner.keeps = kept;
    run(std::make_unique<HttpSession>(around(apart_), first, manner),
        [this, second = first, credential = http.credential, kept, done = std::move(done)](model::Observation seen) mutable {
          if (!kept->session) return done(without_session(std::move(seen)));
          second.credential = credential;
          Manner resuming = manner_of(second);
          resuming.resumes = kept;
          run(std::make_unique<HttpSession>(around(apart_), second, resuming), std::move(done));
        });
  }

  // Two handshakes: to begin a session, and to resume it.
  void resume(const model::HandshakeExchange& handshake, Done done) {
    const auto kept = std::make_shared<KeptSession>();
    Manner manner;
    manner.only = handshake.only;
    manner.keeps = kept;
    run(std::make_unique<TlsSession>(around(apart_), handshake, manner),
        [this, handshake, kept, done = std::move(done)](model::Observation seen) mutable {
          const bool complete = seen.outcome == model::Outcome::answered;
          if (!complete) return done(std::move(seen));
          // Below 1.3 a session may be one to resume by its id instead.
          const bool by_ticket = handshake.resumes == model::Resumption::ticket;
          const bool fits = kept->session && (!by_ticket || SSL_SESSION_has_ticket(kept->session.get()) == 1);
          if (!fits) return done(without_session(std::move(seen)));
          offer(handshake, kept, 2, std::move(done));
        });
  }

  // A target puts a session into its cache after its last flight has left, so that a quick second
  // connection may come too early: what was not resumed is offered once more.
  void offer(const model::HandshakeExchange& handshake, const std::shared_ptr<KeptSession>& kept, int tries, Done done) {
    Manner resuming;
    resuming.only = handshake.only;
    resuming.resumes = kept;
    run(std::make_unique<TlsSession>(around(apart_), handshake, resuming),
        [this, handshake, kept, tries, done = std::move(done)](model::Observation seen) mutable {
          const bool too_early = seen.outcome == model::Outcome::answered && seen.tls.session == model::Session::offered;
          if (!too_early || tries <= 1) return done(std::move(seen));
          offer(handshake, kept, tries - 1, std::move(done));
        });
  }

  // What the first request met, when it left nothing to resume.
  static model::Observation without_session(model::Observation seen) {
    const bool decided = seen.outcome == model::Outcome::answered || seen.outcome == model::Outcome::refused ||
                         seen.outcome == model::Outcome::closed;
    if (!decided) return seen;
    seen.detail = "the target gave no session to resume";
    seen.outcome = model::Outcome::not_sent;
    seen.side = model::Side::target;
    seen.tls.session = model::Session::withheld;
    return seen;
  }

  std::unique_ptr<Session> make(const model::HelloExchange& hello) {
    return std::make_unique<HelloSession>(around(apart_), hello);
  }
  std::unique_ptr<Session> make(const model::HandshakeExchange& handshake) {
    if (handshake.renegotiates || handshake.padding != model::Padding::usual) {
      Manner manner;
      manner.only = handshake.only;
      return std::make_unique<TlsSession>(around(apart_), handshake, manner);
    }
    return std::make_unique<HandshakeSession>(around(apart_), handshake);
  }
  std::unique_ptr<Session> make(const model::HttpExchange& http) {
    if (!http.origin.tls || curl_would_alter(http)) return std::make_unique<RawSession>(around(apart_), http);
    // Only the run's valid credential may meet an open connection (src/FACTS.md 1).
    const bool pooled = http.connection == model::Connection::pooled && http.credential == settings_.pooled_credential;
    model::HttpExchange own = http;
    if (!pooled) own.connection = model::Connection::fresh;
    return std::make_unique<HttpSession>(around(pooled ? pooled_ : apart_), own, manner_of(own));
  }

  Surroundings around(Transfers& transfers) { return {loop_, transfers, settings_, sockets_, leaf_}; }

  void watch_wake(int fd) {
    loop_.watch(fd, POLLIN, [this, fd](short) {
      std::array<char, 64> drained{};
      if (::read(fd, drained.data(), drained.size()) <= 0) loop_.unwatch(fd);
    });
  }

  Settings settings_;
  Loop loop_;
  SocketBook sockets_;
  LastLeaf leaf_;
  Transfers pooled_;
  Transfers apart_;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::vector<std::unique_ptr<Session>> ended_;
  std::uint64_t next_ = 1;
  int timers_ = 0;
};

}  // namespace

std::unique_ptr<Wire> make_wire(Settings settings, int wake_fd) {
  return std::make_unique<RealWire>(std::move(settings), wake_fd);
}

LibraryVersions library_versions() {
  const auto* info = curl_version_info(CURLVERSION_NOW);
  return {OpenSSL_version(OPENSSL_VERSION_STRING), info->version};
}

GlobalState::GlobalState() {
  // The kernel takes OpenSSL's memory back faster than OpenSSL does.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::signal(SIGPIPE, SIG_IGN);  // a peer that closes while we write is data
}

GlobalState::~GlobalState() { curl_global_cleanup(); }

}  // namespace wire
