// SPDX-License-Identifier: Apache-2.0
#include "pki/mint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "pki/authorities.hpp"
#include "pki/certificate.hpp"
#include "pki/issue.hpp"
#include "pki/kit_file.hpp"
#include "pki/kit_writer.hpp"
#include "pki/pem.hpp"
#include "pki/recipes.hpp"
#include "pki/snippets.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;
using model::CredentialKind;

constexpr base::EpochSeconds one_hour = 3600;
constexpr base::EpochSeconds one_day = 24 * one_hour;
constexpr base::EpochSeconds one_year = 365 * one_day;

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> octets{};
  return inet_pton(AF_INET, text.c_str(), octets.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
}

bool is_host_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  const auto labels = base::split(text, '.');
  return std::all_of(labels.begin(), labels.end(), [&](const std::string& label) {
    return !label.empty() && label.size() <= 63 &&
           base::lower(label).find_first_not_of(allowed) == std::string::npos;
  });
}

base::Status check(const MintRequest& request) {
  constexpr std::size_t longest = 64;  // X.520's limit for a common name
  const auto& fqdn = request.fqdn;
  if (!is_host_name(fqdn) || is_address(fqdn) || fqdn.find('.') == std::string::npos)
    return Error{Trouble::usage,
                 fmt::format("\"{}\" is no fully qualified domain name", base::printable(fqdn)),
                 "--fqdn",
                 "give the name the target must let in, such as msg.dev.spine2.ncrs.nhs.uk"};
  if (fqdn.size() > longest)
    return Error{Trouble::usage,
                 fmt::format("\"{}\" is longer than {} characters, the most a common name holds",
                             fqdn, longest),
                 "--fqdn", ""};
  for (const auto& name : request.server_names)
    if (!is_address(name) && !is_host_name(name))
      return Error{
          Trouble::usage,
          fmt::format("\"{}\" is neither a host name nor an IP address", base::printable(name)),
          "server name", ""};
  return base::Nothing{};
}

class Mint {
 public:
  Mint(const MintRequest& request, Authorities authorities)
      : request_(request),
        now_(request.now),
        authorities_(std::move(authorities)),
        leaf_key_(new_key(request.key_type)) {}

  base::Result<Minted> run() {
    for (const auto& recipe : recipes())
      if (is_wanted(recipe.kind)) credential(recipe);
    for (const auto& system : request_.systems) credential_of(system);
    base::Json kit = {{"schema", kit_schema}, {"fqdn", request_.fqdn}};
    kit["ca"] = files_.add("ca.pem", to_pem(authorities_.trusted().chain));
    kit["crl"] = files_.add("crl.pem", lists());
    kit["revocation"] = model::word(model::Revocation::installed);
    kit["server"] = server();
    configurations();
    kit["credentials"] = std::move(entries_);
    if (auto written = files_.write(request_.folder, kit, request_.force); !written)
      return written.error();
    return Minted{request_.folder, files_.names(), to_install(), std::move(left_out_),
                  leaf_period(When::now).until};
  }

 private:
  [[nodiscard]] bool is_wanted(CredentialKind kind) const {
    const auto& kinds = request_.kinds;
    return kinds.empty() || kind == CredentialKind::valid ||
           std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }

  [[nodiscard]] Period leaf_period(When when) const {
    // No leaf outlives its CA.
    const auto ca_until = seconds_of(X509_get0_notAfter(authorities_.trusted().certificate()));
    const base::EpochSeconds until = std::min(now_ + one_year, ca_until);
    switch (when) {
      case When::now:
        return {now_ - one_hour, until};
      case When::past:
        return {now_ - 60 * one_day, now_ - one_day};
      case When::future:
        return {until, until + one_year};  // not valid before the valid one has ended
    }
    return {};
  }

  // Why this CA cannot make it; "" when it can.
  [[nodiscard]] std::string why_not(const Recipe& recipe) const {
    if (recipe.quirk == Quirk::without_chain && authorities_.trusted().is_root())
      return "the CA given is a root: there is no intermediate to leave out";
    if (recipe.quirk == Quirk::sha1_signature && !takes_digest(authorities_.trusted().key.get()))
      return "the key of the CA given signs with no other digest than its own";
    return authorities_.why_not(recipe.issuer);
  }

  void credential(const Recipe& recipe) {
    const std::string label{model::word(recipe.kind)};
    if (const auto reason = why_not(recipe); !reason.empty()) {
      left_out_.push_back(fmt::format("{}: {}", label, reason));
      return;
    }
    const auto names = names_for(recipe.naming, request_.fqdn);
    const Cert leaf = leaf_of(recipe, names);
    base::Json entry = {{"label", label}, {"kind", label}};
    entry["cert"] = files_.add(label + ".pem", to_pem(leaf.get()));
    if (const auto chain = chain_file(recipe, label); !chain.empty()) entry["chain"] = chain;
    entry["key"] = key_file(recipe.quirk);
    if (!names.system.empty()) entry["subject_fqdn"] = names.system;
    entries_.push_back(std::move(entry));
  }

  // Under a key of its own, for it is another machine.
  void credential_of(const System& system) {
    const Pkey key = new_key(request_.key_type);
    const Name subject = distinguished_name("GB", "", system.fqdn);
    const Cert leaf = issue({.subject = subject.get(), .dns_names = {system.fqdn}, .period = leaf_period(When::now)}, key.get(),
                            authorities_.trusted().issuer());
    base::Json entry = {{"label", system.label}, {"kind", model::word(CredentialKind::valid)}, {"subject_fqdn", system.fqdn}};
    entry["cert"] = files_.add(system.label + ".pem", to_pem(leaf.get()));
    if (const auto chain = chain_file({}, system.label); !chain.empty()) entry["chain"] = chain;
    entry["key"] = files_.add_private(system.label + "-key.pem", to_pem(key.get()));
    entries_.push_back(std::move(entry));
  }

  Cert leaf_of(const Recipe& recipe, const LeafNames& names) {
    const Name subject = distinguished_name("GB", "", names.common_name);
    CertificatePlan plan{
        .subject = subject.get(), .dns_names = names.dns, .period = leaf_period(recipe.when)};
    plan.client_use = recipe.quirk != Quirk::server_use_only;
    plan.unknown_critical_extension = recipe.quirk == Quirk::unknown_extension;
    if (recipe.quirk == Quirk::is_ca) plan.role = Role::ca;
    if (recipe.quirk == Quirk::sha1_signature) plan.digest = EVP_sha1();
    Cert leaf = issue(plan, recipe.quirk == Quirk::short_key ? short_key() : leaf_key_.get(),
                      issuer_of(recipe.issuer));
    if (recipe.quirk == Quirk::on_crl)
      authorities_.of(recipe.issuer).revoked.push_back(revocation_of(leaf.get(), now_ - one_hour));
    return recipe.quirk == Quirk::signature_tampered ? with_tampered_signature(leaf.get())
                                                     : std::move(leaf);
  }

  Issuer issuer_of(IssuedBy who) {
    if (who == IssuedBy::itself) return {nullptr, leaf_key_.get()};
    if (who == IssuedBy::a_leaf) return {acting_leaf(), leaf_key_.get()};
    return authorities_.of(who).issuer();
  }

  // Another client's certificate, in order in itself. Not the valid one: issuer and subject would
  // bear one name, and the result would pass for self-signed.
  X509* acting_leaf() {
    if (acting_leaf_ == nullptr)
      acting_leaf_ = leaf_of({}, names_for(Naming::other_system, request_.fqdn));
    return acting_leaf_.get();
  }

  // The file with what is sent after the leaf; "" when nothing is.
  std::string chain_file(const Recipe& recipe, const std::string& label) {
    if (recipe.quirk == Quirk::without_chain || recipe.issuer == IssuedBy::itself) return {};
    const auto& trusted = authorities_.trusted().sent;
    if (recipe.issuer == IssuedBy::trusted)
      return trusted.empty() ? std::string{} : files_.add("chain.pem", to_pem(trusted));
    const std::string name = label + "-chain.pem";
    if (recipe.issuer == IssuedBy::a_leaf)
      return files_.add(name, to_pem(acting_leaf()) + to_pem(trusted));
    return files_.add(name, to_pem(authorities_.of(recipe.issuer).sent));
  }

  std::string key_file(Quirk quirk) {
    if (quirk == Quirk::short_key)
      return files_.add_private("client-key-1024.pem", to_pem(short_key()));
    if (quirk == Quirk::foreign_key)
      return files_.add_private("client-key-foreign.pem", to_pem(authorities_.stranger_key()));
    return files_.add_private("client-key.pem", to_pem(leaf_key_.get()));
  }

  // 1024 rather than 512: a server that refuses 1024 refuses 512, and 1024 leaves at TLS 1.3 too.
  EVP_PKEY* short_key() {
    if (short_key_ == nullptr) short_key_ = new_rsa_key(1024);
    return short_key_.get();
  }

  [[nodiscard]] std::string lists() const {
    std::string out;
    for (const Authority* authority : authorities_.with_crl())
      out += to_pem(
          issue_crl(authority->issuer(), {now_ - one_hour, now_ + one_year}, authority->revoked)
              .get());
    return out;
  }

  base::Json server() {
    const auto& names = request_.server_names;
    const Name subject =
        distinguished_name("GB", "", names.empty() ? request_.fqdn : names.front());
    CertificatePlan plan{
        .subject = subject.get(), .period = leaf_period(When::now), .client_use = false};
    for (const auto& name : names)
      (is_address(name) ? plan.ip_addresses : plan.dns_names).push_back(name);
    const Pkey key = new_key(request_.server_key_type);
    const Cert leaf = issue(plan, key.get(), authorities_.trusted().issuer());
    const std::string chain = to_pem(leaf.get()) + to_pem(authorities_.trusted().sent);
    files_.add_private("server-with-key.pem", chain + to_pem(key.get()));  // the one file HAProxy reads
    return {{"cert", files_.add("server.pem", chain)},
            {"key", files_.add_private("server-key.pem", to_pem(key.get()))}};
  }

  // What to tell the target, as it wants to be told.
  void configurations() {
    std::error_code failed;
    const auto folder = std::filesystem::absolute(request_.folder, failed);
    files_.add("dh.pem", dh_parameters());
    files_.add("ca.p12", java_trust_store(authorities_.trusted().chain, "changeit"));
    snippets_ = snippets_for(failed ? request_.folder : folder.lexically_normal(), request_.fqdn);
    for (const auto& snippet : snippets_) files_.add(snippet.file, snippet.content);
  }

  [[nodiscard]] std::vector<std::string> to_install() const {
    const auto in_folder = [&](const char* name) { return (request_.folder / name).string(); };
    const auto ca = short_name_of(X509_get_subject_name(authorities_.trusted().certificate()));
    std::vector<std::string> out;
    out.push_back(fmt::format("trust for client certificates: {}", in_folder("ca.pem")));
    out.push_back(fmt::format("revocation lists: {}", in_folder("crl.pem")));
    for (const auto& name : authorities_.without_crl())
      out.push_back(
          fmt::format("append to it the list of {}, which only that CA can issue; a server that "
                      "checks the whole chain refuses everyone without it",
                      name));
    out.push_back(fmt::format("the one client to let in: {}", request_.fqdn));
    out.push_back(fmt::format("in a lab, the server's own certificate: {} with {} ({})",
                              in_folder("server.pem"), in_folder("server-key.pem"),
                              base::join(request_.server_names, ", ")));
    for (const auto& snippet : snippets_) out.push_back(fmt::format("{}: {}", in_folder(snippet.file.c_str()), snippet.use));
    const bool given = !request_.ca_cert.empty() || !request_.ca_p12.empty();
    out.push_back(given ? fmt::format("for test environments only: the list speaks in the name of "
                                      "{} and knows this kit's certificates only",
                                      ca)
                        : fmt::format("the keys of {} were not kept: mint a new kit before {}", ca,
                                      base::rfc3339(leaf_period(When::now).until)));
    return out;
  }

  const MintRequest& request_;
  base::EpochSeconds now_;
  Authorities authorities_;
  Pkey leaf_key_;  // of every kind but weak-key: RSA keys take their time
  Pkey short_key_;
  Cert acting_leaf_;
  KitWriter files_;
  base::Json entries_ = base::Json::array();
  std::vector<Snippet> snippets_;
  std::vector<std::string> left_out_;
};

}  // namespace

base::Result<Minted> mint_kit(const MintRequest& request) {
  if (auto status = check(request); !status) return status.error();
  if (request.ca_cert.empty() && request.ca_key.empty() && request.ca_p12.empty())
    return Mint(request, Authorities::made_new(request.key_type, request.now)).run();
  auto authorities = Authorities::given({request.ca_cert, {}, request.ca_key, request.ca_p12},
                                        request.ca_passphrase, request.key_type, request.now);
  if (!authorities) return authorities.error();
  return Mint(request, std::move(*authorities)).run();
}

}  // namespace pki
