// SPDX-License-Identifier: Apache-2.0
// What can go wrong for the user or the world, and a value-or-error to carry it. What the *target*
// does is never an Error: it is an Observation (model/observation.hpp).
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace base {

// Which kind of trouble; the command line maps each to one exit code (probity-judging(7), EXIT CODES).
enum class Trouble {
  usage,
  bad_data,
  no_input,
  unreachable,
  internal,
  cannot_create,
  io,
  not_authorised,
  config,
};

// One line a person can act on: what is wrong, where, and what to do about it.
struct Error {
  Trouble kind = Trouble::internal;
  std::string what;
  std::string where;  // file and JSON pointer, host and port; may be empty
  std::string hint;   // what to do; may be empty

  friend bool operator==(const Error&, const Error&) = default;
};

// "where: what (hint)" on a single line.
std::string one_line(const Error& error);

// A value or an Error; the subset of std::expected this project uses.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor): as std::expected
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor): as std::unexpected

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Undefined unless has_value().
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // Undefined if has_value().
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Nothing {};
using Status = Result<Nothing>;

}  // namespace base
