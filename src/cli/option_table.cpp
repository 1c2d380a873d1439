// SPDX-License-Identifier: Apache-2.0
#include "cli/option_table.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::string_view running = "run demo plan";
constexpr std::string_view talking = "run plan doctor cleanup";
constexpr std::string_view pacing = "run demo doctor survey cleanup";

constexpr OptionRow option_rows[] = {
    {"profile", 'p', Arity::one, "NAME|FILE", "run demo plan doctor list explain cleanup target", true, "What to test",
     "the profile: a name from `probity list profiles`, or a file"},
    {"checks", '\0', Arity::many, "FILE", "run demo plan list explain", true, "What to test",
     "a further check file, treated like the shipped ones"},
    {"suite", '\0', Arity::list, "LIST", running, true, "What to test", "only these suites"},
    {"only", '\0', Arity::list, "GLOBS", running, true, "What to test",
     "only checks whose id, or a requirement they cite, matches"},
    {"skip", '\0', Arity::list, "GLOBS", running, true, "What to test", "not these"},
    {"level", '\0', Arity::one, "LEVEL", running, true, "What to test", "must, should or may: checks of this level and above"},
    {"allow", '\0', Arity::list, "LIST", running, true, "What to test",
     "intrusive, dos: checks that change or load the target; needs --authorisation"},
    {"authorisation", '\0', Arity::one, "TEXT", "run demo plan survey cleanup", true, "What to test",
     "who allowed this run; recorded in the report"},

    {"target", '\0', Arity::one, "FILE", talking, true, "The target", "target file with the facts of the endpoint"},
    {"kit", '\0', Arity::one, "DIR", talking, true, "The target", "folder of client credentials with kit.json"},
    {"client-cert", '\0', Arity::one, "FILE", talking, true, "The target", "valid client certificate, PEM, with its chain"},
    {"client-key", '\0', Arity::one, "FILE", talking, true, "The target", "its private key, PEM"},
    {"client-p12", '\0', Arity::one, "FILE", talking, true, "The target", "both as PKCS#12"},
    {"passphrase-file", '\0', Arity::one, "FILE", "run plan doctor credentials cleanup", true, "The target",
     "file whose one line unlocks the key"},
    {"passphrase-fd", '\0', Arity::one, "N", "run plan doctor credentials cleanup", false, "The target",
     "file descriptor that the passphrase is read from"},
    {"server-ca", '\0', Arity::one, "FILE", talking, true, "The target",
     "CA to hold the target's certificate against; without it the certificate is not verified"},
    {"via-ssp", '\0', Arity::one, "URL", talking, true, "The target", "go through this Spine Security Proxy"},
    {"resolve", '\0', Arity::many, "HOST:PORT:ADDR", "run plan doctor survey cleanup", true, "The target", "dial this address for the host"},
    {"proxy", '\0', Arity::one, "URL", "run plan doctor survey cleanup", true, "The target", "HTTP proxy to tunnel through; \"none\" for none"},

    {"survey", '\0', Arity::one, "MODE", "run demo plan survey", true, "The TLS survey",
     "quick (default of run), full (default of survey), gentle (fewest connections), exhaustive (every suite alone)"},
    {"address", '\0', Arity::many, "ADDR", "survey", false, "The TLS survey", "survey this address instead of every one of the name"},
    {"sessions", '\0', Arity::flag, "", "survey", false, "The TLS survey",
     "complete a few handshakes as well: are sessions resumed, may a client renegotiate"},
    {"vulnerabilities", '\0', Arity::flag, "", "survey", false, "The TLS survey",
     "look for known flaws as well, without using them: Heartbleed, CCS injection, ROBOT, POODLE, Ticketbleed, intolerances"},
    {"hello", '\0', Arity::one, "SPEC", "survey", false, "The TLS survey",
     "send just this hello and show the answer: TLSv1.2:0xC030,0x009F[:groups=x25519][:flight]"},

    {"jobs", '\0', Arity::one, "N", pacing, true, "Pace", "exchanges in flight at most (8)"},
    {"rate", '\0', Arity::one, "N/s", pacing, true, "Pace", "exchanges a second (100; on loopback unlimited)"},
    {"max-requests", '\0', Arity::one, "N", pacing, true, "Pace", "stop after this many exchanges (10000)"},
    {"connect-timeout", '\0', Arity::one, "TIME", pacing, true, "Pace", "for a TCP connection (5 s)"},
    {"timeout", '\0', Arity::one, "TIME", pacing, true, "Pace", "for an exchange (10 s)"},
    {"deadline", '\0', Arity::one, "TIME", pacing, true, "Pace", "for the whole run (10 m)"},

    {"fail-on", '\0', Arity::one, "WORD", "run demo", true, "Verdict", "must (default), should, never: what makes exit 1"},
    {"inconclusive", '\0', Arity::one, "WORD", "run demo", true, "Verdict",
     "fail (default) or tolerate: whether undecided MUST checks make exit 2"},
    {"require-complete", '\0', Arity::flag, "", "run demo", true, "Verdict",
     "exit 2 as well when a MUST requirement was not fully tested"},

    {"out-dir", 'o', Arity::one, "DIR", "run demo", true, "Output",
     "write result.json, report.html and junit.xml there; {run} is the run id"},
    {"report", '\0', Arity::many, "FORMAT[=PATH]", "run demo report", true, "Output",
     "json, html, junit or text; PATH - is standard output"},
    {"evidence", '\0', Arity::one, "WORD", "run demo", true, "Output",
     "none, headers, snippet (default) or full: how much of answers is kept"},
    {"quiet", 'q', Arity::flag, "", "run demo doctor", true, "Output", "the verdict only; doctor: what is wrong only"},
    {"verbose", 'v', Arity::count, "", "run demo", true, "Output", "a line for every check as well"},
    {"color", '\0', Arity::one, "WHEN", "run demo doctor list explain cleanup", true, "Output", "auto (default), always, never"},
    {"no-progress", '\0', Arity::flag, "", "run demo", true, "Output", "no progress line"},
    {"ascii", '\0', Arity::flag, "", "run demo doctor", true, "Output", "nothing but ASCII on the terminal"},
    {"json", '\0', Arity::flag, "", "list version credentials survey", false, "Output", "JSON instead of a table"},
    {"config", '\0', Arity::one, "FILE", "run demo plan doctor survey cleanup", false, "Output", "configuration file, before ./probity.json"},
    {"now", '\0', Arity::one, "TIME", "run demo plan doctor credentials provider token", true, "Output",
     "take this for the present time (RFC 3339; for tests)"},

    {"fault", '\0', Arity::list, "ID", "demo provider", false, "The reference provider",
     "break one of its rules; see `probity list faults`"},
    {"service", '\0', Arity::one, "NAME", "provider", false, "The reference provider",
     "gp-connect (default), gp-connect-0.x or nrl"},
    {"port", '\0', Arity::one, "N", "provider", false, "The reference provider", "port to listen on; 0 (default) takes a free one"},
    {"dir", '\0', Arity::one, "DIR", "provider", false, "The reference provider",
     "where kit.json, target.json and (nrl) requests.log are written (./probity-provider)"},

    {"fqdn", '\0', Arity::one, "NAME", "credentials", false, "Credentials", "the name in the valid certificate: the SSP's"},
    {"ca", '\0', Arity::one, "FILE", "credentials", false, "Credentials", "issue from this CA (PEM, with its chain); default: a new one"},
    {"ca-key", '\0', Arity::one, "FILE", "credentials", false, "Credentials", "its key"},
    {"ca-p12", '\0', Arity::one, "FILE", "credentials", false, "Credentials", "both as PKCS#12"},
    {"server-name", '\0', Arity::list, "NAME", "credentials", false, "Credentials",
     "name or address of the lab's server certificate (localhost, 127.0.0.1, ::1)"},
    {"key-type", '\0', Arity::one, "TYPE", "credentials", false, "Credentials", "rsa (default) or ecdsa: keys of CAs and clients"},
    {"force", '\0', Arity::flag, "", "credentials target", false, "Credentials", "overwrite an older kit or target file"},
    {"set", '\0', Arity::many, "NAME=VALUE", "target", false, "The target", "a fact of the target file: patient.nhs_number=..., asid.to=..."},

    {"claims", '\0', Arity::one, "JSON", "token", false, "The token", "the claims, without iat and exp"},
    {"mutate", '\0', Arity::many, "JSON", "token", false, "The token",
     "a change in the words of a check file: {\"op\":\"token.claim.remove\",\"name\":\"exp\"}"},
    {"server-key", '\0', Arity::one, "FILE", "token", false, "The token", "the target's public key in PEM, for hs256-server-key"},
};

constexpr CommandRow command_rows[] = {
    {"run", "URL", 0, 1, "probe a target and report"},
    {"demo", "", 0, 0, "run against the embedded reference provider, on loopback"},
    {"provider", "", 0, 0, "serve the reference provider alone, until SIGTERM"},
    {"plan", "URL", 0, 1, "what run would do: checks, controls, requests; sends nothing"},
    {"survey", "URL", 1, 1, "TLS versions, suites, order and more, without a profile: the scanner's view"},
    {"doctor", "[URL]", 0, 1, "preflight only: configuration, key, dates, name, connection, each control"},
    {"list", "profiles|requirements|checks|probes|faults|credentials", 1, 1, "tables of what there is"},
    {"explain", "ID", 1, 1, "a requirement or check: text, source, method, control, risk, remedy"},
    {"credentials", "mint|inspect DIR", 2, 2, "make a kit of client certificates, or say what is in one"},
    {"target", "new URL [FILE]", 2, 3, "write a target file with comments; asks at a terminal, or takes --set"},
    {"token", "", 0, 0, "print a token for given claims and mutations"},
    {"profile", "validate|resolve FILE", 2, 2, "check a profile strictly, or print it flattened"},
    {"report", "render RESULT", 2, 2, "write reports from a result.json"},
    {"cleanup", "JOURNAL", 1, 1, "take away what a run that was cut short created, and look whether it is gone"},
    {"version", "", 0, 0, "versions of this program and its libraries"},
    {"help", "[TOPIC]", 0, 1, "this text, or that of a command; exit-codes"},
};

}  // namespace

std::span<const OptionRow> options() { return option_rows; }
std::span<const CommandRow> commands() { return command_rows; }

const OptionRow* find_option(std::string_view name) {
  for (const auto& row : option_rows)
    if (row.name == name) return &row;
  return nullptr;
}

const CommandRow* find_command(std::string_view name) {
  for (const auto& row : command_rows)
    if (row.name == name) return &row;
  return nullptr;
}

bool belongs_to(const OptionRow& option, std::string_view command) {
  const auto names = base::split(option.commands, ' ');
  return std::find(names.begin(), names.end(), command) != names.end();
}

}  // namespace cli
