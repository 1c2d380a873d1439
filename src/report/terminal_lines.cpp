// SPDX-License-Identifier: Apache-2.0
#include "report/terminal_lines.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace report {

namespace {

constexpr std::size_t label_width = 10;

struct Spelling {
  std::string_view symbol;
  std::string_view letters;
};

constexpr Spelling spellings[] = {{"✓", "+"},  {"✕", "x"},  {"–", "-"}, {"⊘", "o"},
                                  {"◐", "~"},  {"○", "o"},  {"·", "-"}, {"…", "..."},
                                  {"“", "\""}, {"”", "\""}, {"’", "'"}, {"→", "->"}};

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::red:
      return "\x1b[1;31m";
    case Ink::green:
      return "\x1b[32m";
    case Ink::yellow:
      return "\x1b[33m";
    case Ink::magenta:
      return "\x1b[35m";
    case Ink::blue:
      return "\x1b[34m";
  }
  return "";
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
}

// What has no letters for it becomes one question mark for each character.
std::string in_ascii(std::string text) {
  for (const auto& [symbol, letters] : spellings)
    text = base::replace_all(std::move(text), symbol, letters);
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80)
      out += c;
    else if (starts_character(c))
      out += '?';
  }
  return out;
}

// Pipelines read commands out of the log: GitHub from lines that begin with :: after blanks, Azure
// and TeamCity from ##vso[ and ##teamcity[ anywhere. A target must not be able to give any.
std::string without_commands(std::string text) {
  return base::replace_all(std::move(text), "##", "#\\x23");
}

std::string without_command_at_start(std::string line) {
  if (line.starts_with("::")) line.replace(0, 1, "\\x3a");
  return line;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (const auto& word : base::split(text, ' ')) {
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  lines.push_back(line);
  return lines;
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t used = columns(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string Lines::spelt(std::string_view text) const {
  std::string shown = without_commands(base::printable(text));
  return style_.ascii ? in_ascii(std::move(shown)) : shown;
}

std::string Lines::ink(Ink ink, std::string_view text) const {
  std::string shown = spelt(text);
  if (!style_.colour || ink == Ink::plain || shown.empty()) return shown;
  return std::string(code(ink)) + shown + "\x1b[0m";
}

void Lines::line(const std::string& inked) {
  std::string_view kept = inked;
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  out_ += kept;
  out_ += '\n';
}

void Lines::hanging(const std::string& head, std::size_t hang, std::string_view text, Ink colour) {
  const auto width = static_cast<std::size_t>(std::max(style_.width, 40));
  bool first = true;
  for (const auto& piece : wrapped(spelt(text), width > hang + 20 ? width - hang : 20)) {
    line((first ? head : std::string(hang, ' ')) + ink(colour, without_command_at_start(piece)));
    first = false;
  }
}

void Lines::prose(std::size_t indent, std::string_view label, std::string_view text, Ink colour) {
  const std::string margin(indent, ' ');
  if (label.empty()) return hanging(margin, indent, text, colour);
  hanging(margin + ink(Ink::dim, padded(std::string(label), label_width)), indent + label_width,
          text, colour);
}

void Lines::command(std::size_t indent, std::string_view label, std::string_view text) {
  line(std::string(indent, ' ') + ink(Ink::dim, padded(std::string(label), label_width)) +
       plain(text));
}

}  // namespace report
