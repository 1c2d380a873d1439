// SPDX-License-Identifier: Apache-2.0
// A page of terminal text under construction: wrapping, colours, and letters for symbols.
#pragma once

#include <string>
#include <string_view>

#include "report/terminal.hpp"

namespace report {

enum class Ink { plain, bold, dim, red, green, yellow, magenta, blue };

class Lines {
 public:
  explicit Lines(const Style& style) : style_(style) {}

  // Text in one colour; what the style forbids is left out. Everything goes through
  // base::printable.
  [[nodiscard]] std::string ink(Ink ink, std::string_view text) const;
  [[nodiscard]] std::string plain(std::string_view text) const { return ink(Ink::plain, text); }

  // A line made of parts that were inked before; it is not wrapped.
  void line(const std::string& inked = {});
  // Prose after a label, wrapped at the width, hanging under its first word.
  void prose(std::size_t indent, std::string_view label, std::string_view text,
             Ink ink = Ink::plain);
  // Prose beside a head that was inked before and takes `width` columns.
  void hanging(const std::string& head, std::size_t width, std::string_view text,
               Ink ink = Ink::plain);
  // A command: one line whatever its length, so that it can be copied.
  void command(std::size_t indent, std::string_view label, std::string_view text);

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  [[nodiscard]] std::string spelt(std::string_view text) const;

  const Style& style_;
  std::string out_;
};

// Columns a UTF-8 text takes on a screen: its code points.
std::size_t columns(std::string_view text);

// The text followed by spaces up to `width` columns.
std::string padded(std::string text, std::size_t width);

}  // namespace report
