// SPDX-License-Identifier: Apache-2.0
// The reference registry: requests to replies, over pointers in memory. No sockets; one request at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "demo/messages.hpp"
#include "demo/nrl_bodies.hpp"
#include "demo/nrl_directory.hpp"
#include "demo/nrl_pointers.hpp"
#include "demo/nrl_request.hpp"
#include "demo/nrl_rules.hpp"

namespace demo::nrl {

class Registry {
 public:
  Registry(Directory directory, Faults faults);

  Reply answer(const Arrived& arrived, base::EpochSeconds now);
  [[nodiscard]] Reply refuse(const Refusal& refusal) const;
  [[nodiscard]] std::string media_type() const;

  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] const Pointers& pointers() const { return pointers_; }
  // Where it can be reached, and the names its systems bear in the kit that is there.
  void meet(const std::string& authority, const std::function<std::string(const std::string& label)>& name_of);
  // As of somebody who was here before: for the tests of crowded registries.
  void crowd(std::size_t pointers, base::EpochSeconds now);

 private:
  // Who asks for what, and when.
  struct Case {
    const Arrived& arrived;
    const Asked& asked;
    const Admitted& admitted;
    base::EpochSeconds now;
  };
  // A pointer that is addressed, and by what, as the names of the faults have it.
  struct Addressed {
    const Pointer* pointer = nullptr;
    std::string by;   // id, query-id, identifier
  };

  [[nodiscard]] std::string url_of(const Pointer& pointer) const;
  [[nodiscard]] bool faulty(const std::string& fault) const { return faults_.contains(fault); }
  [[nodiscard]] Reply succeed(int status, const base::Json& body) const;
  [[nodiscard]] bool owns(const Case& one, const Pointer& pointer, const std::string& fault) const;

  Reply search(const Case& one);
  Reply read(const Case& one);
  Reply create(const Case& one);
  Reply store(const Case& one, Pointer pointer);
  [[nodiscard]] std::optional<Refusal> why_not_superseded(const Case& one, const Sent& sent, const Pointer& old) const;
  Reply supersede(const Case& one, Sent sent);
  [[nodiscard]] std::variant<Refusal, Addressed> addressed(const Asked& asked) const;
  Reply update(const Case& one);
  Reply remove(const Case& one);

  Directory directory_;
  Faults faults_;
  Pointers pointers_;
};

}  // namespace demo::nrl
