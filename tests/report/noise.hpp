// SPDX-License-Identifier: Apache-2.0
// Byte strings as a hostile target would choose them: half pure noise, half pieces of markup,
// escapes and broken UTF-8. The same for every run.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>

namespace sample {

class Noise {
 public:
  explicit Noise(std::uint32_t seed) : state_(seed * 2 + 1) {}

  // Never empty and never twice the same: either may rightly leave an element out.
  std::string text() {
    std::string out = "x" + std::to_string(++made_);
    for (std::uint32_t n = next(12); n > 0; --n) {
      if (next(2) == 0)
        out += static_cast<char>(next(256));
      else
        out += pieces[next(static_cast<std::uint32_t>(std::size(pieces)))];
    }
    return out;
  }

 private:
  static constexpr const char* pieces[] = {"<script>",
                                           "</script>",
                                           "</pre>",
                                           "<!--",
                                           "-->",
                                           "<![CDATA[",
                                           "]]>",
                                           "&",
                                           "&amp;",
                                           "&#0;",
                                           "&#x1;",
                                           "&lt",
                                           "\"",
                                           "'",
                                           "\" onload=\"x",
                                           "</style>",
                                           "<?x?>",
                                           "\x1b[2J",
                                           "\r\n",
                                           "\n",
                                           "\t",
                                           "\xc0\xaf",
                                           "\xed\xa0\x80",
                                           "\xef\xbf\xbf",
                                           "\xe2\x80\xae",
                                           "\xf4\x90\x80\x80",
                                           "\xc2\x85",
                                           "javascript:alert(1)",
                                           "https://evil.example/\"",
                                           "\\",
                                           "`",
                                           "$(x)",
                                           "{{x}}",
                                           "\x7f",
                                           "</title>",
                                           "::error::",
                                           " ::stop-commands::x ",
                                           "##vso[task.setvariable]",
                                           "###teamcity[",
                                           "0123456789"};

  // Numerical Recipes' linear congruential generator: the low bits are poor, so the high ones.
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(state_) * below) >> 32U);
  }

  std::uint32_t state_;
  int made_ = 0;
};

}  // namespace sample
