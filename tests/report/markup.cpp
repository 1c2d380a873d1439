// SPDX-License-Identifier: Apache-2.0
#include "tests/report/markup.hpp"

#include <algorithm>

namespace markup {

namespace {

constexpr std::string_view references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
constexpr std::string_view voids[] = {"meta", "br", "input"};

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) {}

  Page read() {
    if (!rest_.starts_with("<!DOCTYPE html>\n")) return fail("no doctype");
    rest_.remove_prefix(16);
    while (!rest_.empty() && page_.mistake.empty()) {
      if (rest_.front() == '<')
        tag();
      else
        text(rest_.find('<'), false);
    }
    if (page_.mistake.empty() && !open_.empty()) return fail("never closed: " + open_.back());
    return page_;
  }

 private:
  Page& fail(const std::string& what) {
    if (page_.mistake.empty())
      page_.mistake = what + " before: " + std::string(rest_.substr(0, 80));
    return page_;
  }

  std::string_view name() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), name_character);
    const auto found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    if (found.empty()) fail("a name is wanted");
    return found;
  }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // Text up to `end`: no bare & < >, no control character, and in a value no quote.
  std::string text(std::size_t end, bool in_attribute) {
    if (end == std::string_view::npos) end = rest_.size();
    const std::string_view found = rest_.substr(0, end);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const char c = found[i];
      const bool control =
          static_cast<unsigned char>(c) < 0x20 && (in_attribute || (c != '\n' && c != '\t'));
      const bool quote = in_attribute && (c == '"' || c == '\'');
      if (c == '<' || c == '>' || quote || control || c == 0x7F) fail("a bare character in text");
      if (c == '&' && std::none_of(std::begin(references), std::end(references),
                                   [&](auto r) { return found.substr(i).starts_with(r); }))
        fail("a bare ampersand");
    }
    rest_.remove_prefix(end);
    return std::string(found);
  }

  void tag() {
    rest_.remove_prefix(1);
    if (take("/")) return close();
    const std::string tag_name(name());
    std::string shape = "<" + tag_name;
    while (page_.mistake.empty() && take(" ")) attribute(shape);
    if (!take(">")) fail("a tag is not closed");
    page_.structure.push_back(shape);
    if (tag_name == "style" || tag_name == "script") return skip(tag_name);
    if (std::find(std::begin(voids), std::end(voids), tag_name) == std::end(voids))
      open_.push_back(tag_name);
  }

  void attribute(std::string& shape) {
    const std::string attribute_name(name());
    shape += " " + attribute_name;
    std::string value;
    if (take("=")) {
      if (!take("\"")) fail("an attribute is not quoted");
      value = text(rest_.find('"'), true);
      if (!take("\"")) fail("an attribute does not end");
    }
    if (attribute_name == "href") page_.links.push_back(value);
    if (attribute_name == "id") page_.ids.push_back(value);
    if (attribute_name.starts_with("on") || attribute_name == "style")
      fail("an attribute that runs or styles");
  }

  void close() {
    const std::string tag_name(name());
    if (!take(">")) fail("an end tag is not closed");
    if (open_.empty() || open_.back() != tag_name) {
      fail("an end tag that fits nothing");
      return;
    }
    open_.pop_back();
    page_.structure.push_back("</" + tag_name);
  }

  void skip(const std::string& tag_name) {
    const auto end = rest_.find("</" + tag_name + ">");
    if (end == std::string_view::npos) {
      fail("style or script does not end");
      return;
    }
    rest_.remove_prefix(end + tag_name.size() + 3);
  }

  std::string_view rest_;
  Page page_;
  std::vector<std::string> open_;
};

}  // namespace

Page read(std::string_view html) {
  return Reader(html).read();
}

}  // namespace markup
