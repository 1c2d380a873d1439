// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/execute.hpp"
#include "cli/exit_code.hpp"
#include "cli/layers.hpp"
#include "wire/wire.hpp"

namespace {

using model::Exit;

struct Command {
  const char* name;
  Exit (*act)(const cli::Arguments&, cli::Console&);
};

constexpr Command commands[] = {
    {"run", cli::command_run},         {"demo", cli::command_demo},       {"provider", cli::command_provider},
    {"plan", cli::command_plan},       {"doctor", cli::command_doctor},   {"list", cli::command_list},
    {"explain", cli::command_explain}, {"credentials", cli::command_credentials},
    {"target", cli::command_target},   {"token", cli::command_token},     {"profile", cli::command_profile}, {"report", cli::command_report},
    {"survey", cli::command_survey},   {"cleanup", cli::command_cleanup},   {"version", cli::command_version}, {"help", cli::command_help},
};

// Commands whose exit code is a verdict say it in words, last on standard error.
bool gives_verdict(const std::string& command) { return command == "run" || command == "demo"; }

base::Error a_defect(const std::exception& defect) {
  return {base::Trouble::internal, std::string("a defect of this program: ") + defect.what(), "", "please report it, with the command"};
}

Exit act(const cli::Arguments& arguments, cli::Console& console) {
  for (const auto& command : commands) {
    if (arguments.command != command.name) continue;
    try {
      return command.act(arguments, console);
    } catch (const std::exception& defect) {
      // The report files are there after a defect too.
      return cli::end_misconfigured(a_defect(defect), arguments, console);
    }
  }
  return Exit::internal;
}

int run_program(int argc, const char* const* argv) {
  auto arguments = cli::parse_arguments(argc, argv);
  if (!arguments) {
    cli::Console console{cli::Arguments{}};
    console.trouble(arguments.error());
    return cli::finish(console, cli::exit_for(arguments.error().kind));
  }
  if (arguments->help) {
    cli::Console console{*arguments};
    console.say(cli::help_text(arguments->command));
    return 0;
  }
  if (auto layered = cli::add_layers(*arguments); !layered) {
    cli::Console console{*arguments};
    return cli::finish(console, cli::end_misconfigured(layered.error(), *arguments, console));
  }
  cli::Console console{*arguments};
  Exit exit = act(*arguments, console);
  if (console.broken() && exit != Exit::internal) {
    console.trouble(console.breakage());
    exit = Exit::io;
  }
  if (exit == Exit::conformant && !gives_verdict(arguments->command)) return 0;
  return cli::finish(console, exit);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const wire::GlobalState libraries;
    return run_program(argc, argv);
  } catch (const std::exception& defect) {
    cli::Console console{cli::Arguments{}};
    console.trouble(a_defect(defect));
    return cli::finish(console, Exit::internal);
  }
}
