// SPDX-License-Identifier: Apache-2.0
// Reading one HTTP/1.1 response (RFC 9112) from octets, for the raw writer. Bounded everywhere; a
// response that breaks the grammar is reported, not repaired.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/exchange.hpp"

namespace wire {

class HttpReader {
 public:
  enum class State { incomplete, complete, not_http };

  // `head_request`: the answer to HEAD has no body, whatever it announces.
  HttpReader(std::size_t head_limit, std::size_t body_limit, bool head_request)
      : head_limit_(head_limit), body_limit_(body_limit), head_request_(head_request) {}

  void feed(std::string_view octets);
  // The peer closed: completes a body that lasts until then.
  void end();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::vector<model::Header>& headers() const { return headers_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] bool truncated() const { return truncated_; }
  // What came so far when it is no HTTP: the first octets.
  [[nodiscard]] const std::string& rest() const { return buffer_; }

 private:
  enum class Part { head, sized, chunk_size, chunk_data, chunk_end, trailer, until_close, done };

  void parse();
  bool parse_head();
  bool parse_chunk_size();
  bool take_line(std::string& line);
  void begin_body();
  void take_body(std::size_t wanted);
  void finish(bool truncated);

  std::size_t head_limit_;
  std::size_t body_limit_;
  bool head_request_;
  State state_ = State::incomplete;
  Part part_ = Part::head;
  std::string buffer_;
  int status_ = 0;
  std::vector<model::Header> headers_;
  std::string body_;
  std::size_t left_ = 0;
  bool truncated_ = false;
};

// Splits a header block (lines ended by CRLF or LF, without the status line); folded lines are joined.
std::vector<model::Header> parse_header_lines(std::string_view block);

}  // namespace wire
