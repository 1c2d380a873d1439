// SPDX-License-Identifier: Apache-2.0
// What the program says to the person at the terminal. Results go to standard output, progress and
// trouble to standard error; when a report claims standard output, everything for people moves.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cli/arguments.hpp"
#include "model/verdict.hpp"

namespace cli {

class Console {
 public:
  explicit Console(const Arguments& arguments);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Text for people, as it is. False results of writing are remembered: broken().
  void say(std::string_view text);
  // "probity: what is wrong; what to do" on standard error.
  void trouble(const base::Error& error);
  void note(std::string_view line);   // on standard error, for people
  // One line on standard error that is redrawn; only where a person is watching.
  void progress(int sent, int planned);
  void end_progress();
  // A report on standard output.
  void emit(std::string_view text);

  // What the last line shall say beside the exit code.
  void conclude(std::string_view reason) { reason_ = reason; }
  [[nodiscard]] const std::string& conclusion() const { return reason_; }

  void claim_stdout() { claimed_ = true; }
  [[nodiscard]] bool colour() const { return colour_; }
  [[nodiscard]] bool ascii() const { return ascii_; }
  [[nodiscard]] int width() const { return width_; }
  // Standard output could not be written: a full disk, or a reader that left in the middle of a report. One
  // that has seen enough of what is said to people (`| head`) is no trouble.
  [[nodiscard]] bool broken() const { return broken_ != 0; }
  // Why, for trouble().
  [[nodiscard]] base::Error breakage() const;

 private:
  void write(int fd, std::string_view text, bool whole = false);

  bool claimed_ = false;
  bool colour_ = false;
  bool ascii_ = false;
  bool watched_ = false;      // standard error is a terminal and nobody said --no-progress
  bool drawn_ = false;
  bool left_ = false;         // the reader of standard output is gone
  int broken_ = 0;            // errno
  int width_ = 100;
  std::string reason_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point redrawn_;
};

// The last line on standard error, and the number itself.
int finish(Console& console, model::Exit code);

}  // namespace cli
