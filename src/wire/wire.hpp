// SPDX-License-Identifier: Apache-2.0
// The floor that talks: exchanges go in, observations come out. Everything the target does is data
// in an Observation; nothing here has an opinion.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "pki/credential.hpp"

namespace wire {

// How much of an answer is kept for the report; judging needs none of it.
enum class Evidence { none, headers, snippet, full };

struct Limits {
  base::Milliseconds connect{5000};
  base::Milliseconds exchange{10000};
  std::size_t head = 64U << 10U;    // octets of a response head; more is cut off
  std::size_t body = 8U << 20U;     // octets of a body read before we stop
  std::size_t snippet = 2048;
};

struct Settings {
  Limits limits;
  Evidence evidence = Evidence::snippet;
  std::string proxy;                                   // "" = none; environment variables are never read here
  // "host:port" -> numeric address to dial instead of asking the resolver.
  std::map<std::string, std::string> pinned;
  std::string server_ca;                               // PEM file; "" = the target's certificate is not verified
  std::string verified_name;                           // the name it must carry; "" = the host dialled
  std::vector<std::shared_ptr<const pki::Credential>> credentials;
  std::string pooled_credential;                       // the only one whose connections are kept
  long kept_connections = 8;
  std::set<std::string> mask;                          // numbers never shown in evidence
};

// An interface for the sake of tests: run/ is driven by a scripted one there.
class Wire {
 public:
  using Done = std::function<void(model::Observation)>;

  Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  // Starts the exchange, whose placeholders are filled; `done` is called from turn(), once. The
  // observation's `exchange` is left empty for the caller to fill with what it planned.
  virtual void send(const model::Exchange& exchange, Done done) = 0;
  // Calls back from turn() after a delay.
  virtual void after(base::Milliseconds delay, std::function<void()> on_time) = 0;
  // Waits for something to happen and handles it; false when nothing is under way.
  virtual bool turn() = 0;
  // Monotonic.
  [[nodiscard]] virtual base::Milliseconds now() const = 0;
  [[nodiscard]] virtual int connections_opened() const = 0;
};

// `wake_fd`, when not -1, interrupts turn() by becoming readable (a signal handler writes to it).
std::unique_ptr<Wire> make_wire(Settings settings, int wake_fd = -1);

// Library versions for result.json, and the guard that main holds for libcurl's global state.
struct LibraryVersions {
  std::string openssl;
  std::string curl;
};
LibraryVersions library_versions();

class GlobalState {
 public:
  GlobalState();
  ~GlobalState();
  GlobalState(const GlobalState&) = delete;
  GlobalState& operator=(const GlobalState&) = delete;
};

}  // namespace wire
