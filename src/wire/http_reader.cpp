// SPDX-License-Identifier: Apache-2.0
#include "wire/http_reader.hpp"

#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace wire {

namespace {

std::optional<std::string> find_header(const std::vector<model::Header>& headers, std::string_view name) {
  for (const auto& header : headers)
    if (base::same_ignoring_case(header.name, name)) return header.value;
  return std::nullopt;
}

}  // namespace

std::vector<model::Header> parse_header_lines(std::string_view block) {
  std::vector<model::Header> headers;
  for (const auto& raw : base::split(block, '\n')) {
    std::string_view line = raw;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if ((line.front() == ' ' || line.front() == '\t') && !headers.empty()) {
      headers.back().value += " " + std::string(base::trim(line));
      continue;
    }
    const auto colon = line.find(':');
    const std::string_view value = colon == std::string_view::npos ? "" : base::trim(line.substr(colon + 1));
    headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }
  return headers;
}

void HttpReader::feed(std::string_view octets) {
  if (state_ != State::incomplete) return;
  buffer_ += octets;
  parse();
}

void HttpReader::end() {
  if (state_ != State::incomplete) return;
  if (part_ == Part::head) {
    state_ = State::not_http;
  } else {
    finish(part_ != Part::until_close);
  }
}

void HttpReader::finish(bool truncated) {
  truncated_ = truncated;
  part_ = Part::done;
  state_ = State::complete;
}

bool HttpReader::take_line(std::string& line) {
  const auto newline = buffer_.find('\n');
  if (newline == std::string::npos) {
    if (buffer_.size() > 8192) finish(true);  // no chunk header or trailer line is that long
    return false;
  }
  line = std::string(base::trim(std::string_view(buffer_).substr(0, newline)));
  buffer_.erase(0, newline + 1);
  return true;
}

void HttpReader::parse() {
  std::string line;
  while (state_ == State::incomplete) {
    switch (part_) {
      case Part::head:
        if (!parse_head()) return;
        break;
      case Part::sized:
      case Part::chunk_data: {
        if (buffer_.empty() && left_ > 0) return;
        take_body(left_);
        if (left_ > 0 || state_ != State::incomplete) break;
        if (part_ == Part::sized) return finish(false);
        part_ = Part::chunk_end;
        break;
      }
      case Part::until_close:
        if (buffer_.empty()) return;
        take_body(buffer_.size());
        break;
      case Part::chunk_size:
        if (!parse_chunk_size()) return;
        break;
      case Part::chunk_end:
        if (!take_line(line)) return;
        part_ = Part::chunk_size;
        break;
      case Part::trailer:
        if (!take_line(line)) return;
        if (line.empty()) return finish(false);
        break;
      case Part::done: return;
    }
  }
}

bool HttpReader::parse_head() {
  const auto looks_like = std::string_view("HTTP/").substr(0, buffer_.size());
  if (!std::string_view(buffer_).starts_with(looks_like)) {
    state_ = State::not_http;
    return false;
  }
  std::size_t end = buffer_.find("\r\n\r\n");
  std::size_t skip = 4;
  if (const std::size_t bare = buffer_.find("\n\n"); bare < end) {
    end = bare;
    skip = 2;
  }
  if (end == std::string::npos) {
    if (buffer_.size() > head_limit_) state_ = State::not_http;
    return false;
  }
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + skip);
  const auto line_end = head.find('\n');
  const std::string status_line(base::trim(std::string_view(head).substr(0, line_end)));
  const auto space = status_line.find(' ');
  status_ = 0;
  if (space != std::string::npos)
    std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), status_);
  if (status_ < 100 || status_ > 999) {
    state_ = State::not_http;
    return false;
  }
  if (status_ < 200 && status_ != 101) return true;  // interim: the next head follows
  headers_ = parse_header_lines(line_end == std::string::npos ? "" : std::string_view(head).substr(line_end + 1));
  begin_body();
  return true;
}

void HttpReader::begin_body() {
  if (head_request_ || status_ == 204 || status_ == 304 || status_ == 101) return finish(false);
  const auto encoding = find_header(headers_, "Transfer-Encoding");
  const auto length = find_header(headers_, "Content-Length");
  if (encoding && base::lower(*encoding).find("chunked") != std::string::npos) {
    part_ = Part::chunk_size;
  } else if (length) {
    const auto size = base::whole_number(*length);
    if (!size) return finish(true);
    left_ = *size;
    part_ = Part::sized;
    if (left_ == 0) finish(false);
  } else {
    part_ = Part::until_close;
  }
}

bool HttpReader::parse_chunk_size() {
  std::string line;
  if (!take_line(line)) return false;
  const auto digits = std::string_view(line).substr(0, line.find_first_of("; \t"));
  std::size_t size = 0;
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || code != std::errc{} || stop != digits.data() + digits.size()) {
    finish(true);
    return false;
  }
  left_ = size;
  part_ = size == 0 ? Part::trailer : Part::chunk_data;
  return true;
}

void HttpReader::take_body(std::size_t wanted) {
  const std::size_t taken = std::min(wanted, buffer_.size());
  const std::size_t room = body_limit_ - std::min(body_limit_, body_.size());
  body_ += std::string_view(buffer_).substr(0, std::min(taken, room));
  buffer_.erase(0, taken);
  if (part_ != Part::until_close) left_ -= taken;
  if (taken > room) finish(true);
}

}  // namespace wire
