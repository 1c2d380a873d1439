// SPDX-License-Identifier: Apache-2.0
// The only way to make HTML here. Tags and attribute names can only be literals of the source, and
// every other text is escaped on its way in, so that nothing a target sent can become markup.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace report {

// A tag or attribute name: lower-case letters, digits and dashes, known when this is compiled.
class Name {
 public:
  template <std::size_t N>
  consteval Name(const char (&literal)[N])
      : text_(literal, N - 1) {  // NOLINT(google-explicit-constructor): literals are names
    for (const char c : text_)
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') throw "not a name of HTML";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

struct Attribute {
  Name name;
  std::string value;
};
using Attributes = std::initializer_list<Attribute>;

class Html {
 public:
  // An open element, closed when this goes out of scope.
  class [[nodiscard]] Scope {
   public:
    explicit Scope(Html& page) : page_(page) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { page_.close(); }

   private:
    Html& page_;
  };

  Html();

  Scope in(Name tag, Attributes attributes = {});
  Html& text(std::string_view text);   // one line
  Html& lines(std::string_view text);  // keeps line feeds: for pre
  Html& element(Name tag, Attributes attributes, std::string_view text);
  Html& element(Name tag, std::string_view text) { return element(tag, {}, text); }
  Html& empty(Name tag, Attributes attributes = {});  // meta, br, input
  // The one way for text to go in as it is: a file compiled into the program, by its path.
  Html& asset(Name tag, std::string_view path);

  // The finished page; every Scope must be gone.
  [[nodiscard]] std::string take();

 private:
  void start(Name tag, Attributes attributes);
  void close();

  std::string out_;
  std::vector<std::string_view> open_;
};

// & < > as references, after base::printable; for text between tags.
std::string escaped(std::string_view text, bool multiline = false);
// Quotes too; for the value of an attribute.
std::string escaped_value(std::string_view text);

}  // namespace report
