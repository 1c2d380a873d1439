// SPDX-License-Identifier: Apache-2.0
#include "report/html_writer.hpp"

#include <algorithm>
#include <cassert>

#include "base/assets.hpp"
#include "base/text.hpp"

namespace report {

namespace {

// After these a line feed changes nothing on the page and makes the source readable.
constexpr std::string_view blocks[] = {
    "html",    "head",   "title",  "body",     "header", "main", "nav",     "section",
    "article", "footer", "div",    "p",        "h1",     "h2",   "h3",      "h4",
    "h5",      "ul",     "ol",     "li",       "dl",     "dd",   "table",   "caption",
    "thead",   "tbody",  "tfoot",  "tr",       "th",     "td",   "pre",     "details",
    "summary", "style",  "script", "fieldset", "legend", "meta", "template"};

bool is_block(std::string_view tag) {
  return std::find(std::begin(blocks), std::end(blocks), tag) != std::end(blocks);
}

}  // namespace

std::string escaped(std::string_view text, bool multiline) {
  std::string out;
  for (const char c : base::printable(text, multiline)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string escaped_value(std::string_view text) {
  return base::replace_all(base::replace_all(escaped(text), "\"", "&quot;"), "'", "&#39;");
}

Html::Html() {
  out_ = "<!DOCTYPE html>\n";
}

void Html::start(Name tag, Attributes attributes) {
  out_ += '<';
  out_ += tag.text();
  for (const auto& attribute : attributes) {
    out_ += ' ';
    out_ += attribute.name.text();
    if (attribute.value.empty()) continue;
    out_ += "=\"" + escaped_value(attribute.value) + '"';
  }
  out_ += '>';
}

void Html::close() {
  assert(!open_.empty());
  const auto tag = open_.back();
  open_.pop_back();
  out_ += "</";
  out_ += tag;
  out_ += is_block(tag) ? ">\n" : ">";
}

Html::Scope Html::in(Name tag, Attributes attributes) {
  start(tag, attributes);
  open_.push_back(tag.text());
  return Scope(*this);
}

Html& Html::text(std::string_view text) {
  out_ += escaped(text);
  return *this;
}

Html& Html::lines(std::string_view text) {
  out_ += escaped(text, true);
  return *this;
}

Html& Html::element(Name tag, Attributes attributes, std::string_view content) {
  const auto scope = in(tag, attributes);
  return text(content);
}

Html& Html::empty(Name tag, Attributes attributes) {
  start(tag, attributes);
  if (is_block(tag.text())) out_ += '\n';
  return *this;
}

Html& Html::asset(Name tag, std::string_view path) {
  const auto scope = in(tag);
  out_ += base::asset(path).value_or("");
  return *this;
}

std::string Html::take() {
  assert(open_.empty());
  return std::move(out_);
}

}  // namespace report
