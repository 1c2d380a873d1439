// SPDX-License-Identifier: Apache-2.0
#include "pki/kit_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"

namespace pki {

namespace {

using base::Fields;
using base::Json;
using base::Problems;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file)
      : folder_(file.parent_path()), problems_(file.string()) {}

  base::Result<KitFile> read(const Json& json) {
    Fields fields(json, "", problems_);
    fields.schema(kit_schema);
    kit_.fqdn = fields.text_or("fqdn");
    kit_.ca = path(fields, "ca");
    kit_.crl = path(fields, "crl");
    const auto revocation =
        fields.word_or("revocation", model::all_words<model::Revocation>(), "unknown");
    kit_.revocation =
        model::from_word<model::Revocation>(revocation).value_or(model::Revocation::unknown);
    server(fields);
    credentials(fields);
    fields.finish();
    if (problems_.any()) return problems_.first();
    return std::move(kit_);
  }

 private:
  // A file that must be there when it is named.
  std::filesystem::path path(Fields& fields, const std::string& key) {
    const auto text = fields.maybe_text(key);
    if (!text || text->empty()) return {};
    auto file = folder_ / *text;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
      fields.wrong(key, fmt::format("names a file that is not there: {}", file.string()));
    return file;
  }

  void server(Fields& fields) {
    const Json* object = fields.object("server");
    if (object == nullptr) return;
    Fields inner(*object, fields.pointer_to("server"), problems_);
    inner.text("cert");  // both are required
    inner.text("key");
    kit_.server_cert = path(inner, "cert");
    kit_.server_key = path(inner, "key");
    inner.finish();
  }

  void credentials(Fields& fields) {
    const Json* array = fields.array("credentials");
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
      credential((*array)[i], fmt::format("{}/{}", fields.pointer_to("credentials"), i));
    const auto valid = [](const KitEntry& entry) {
      return entry.kind == model::CredentialKind::valid;
    };
    if (std::none_of(kit_.entries.begin(), kit_.entries.end(), valid))
      fields.wrong("credentials", "no credential of kind \"valid\"",
                   "every check needs one that the target lets in");
  }

  void credential(const Json& json, const std::string& pointer) {
    Fields fields(json, pointer, problems_);
    KitEntry entry;
    entry.label = fields.text("label");
    const auto taken = [&](const KitEntry& other) { return other.label == entry.label; };
    if (std::any_of(kit_.entries.begin(), kit_.entries.end(), taken))
      fields.wrong("label", fmt::format("\"{}\" is the label of two credentials", entry.label));
    const auto kind = fields.word("kind", model::all_words<model::CredentialKind>());
    entry.kind =
        model::from_word<model::CredentialKind>(kind).value_or(model::CredentialKind::valid);
    if (entry.kind == model::CredentialKind::none)
      fields.wrong("kind", "\"none\" is no certificate at all",
                   "leave this entry out: none needs no entry");
    entry.files = files(fields);
    entry.passphrase_file = path(fields, "passphrase_file");
    entry.subject_fqdn = fields.text_or("subject_fqdn");
    fields.finish();
    kit_.entries.push_back(std::move(entry));
  }

  CredentialFiles files(Fields& fields) {
    if (fields.has("p12") && (fields.has("cert") || fields.has("key")))
      fields.wrong("p12", "stands beside cert or key", "give cert and key, or p12");
    if (!fields.has("p12")) fields.text("cert");  // for the message that it is missing
    CredentialFiles out;
    out.cert = path(fields, "cert");
    out.chain = path(fields, "chain");
    out.key = path(fields, "key");
    out.p12 = path(fields, "p12");
    return out;
  }

  std::filesystem::path folder_;
  Problems problems_;
  KitFile kit_;
};

}  // namespace

base::Result<KitFile> read_kit_file(const std::filesystem::path& file) {
  const auto text = base::read_file(file);
  if (!text) {
    auto error = text.error();
    error.hint = "make a kit: probity credentials mint DIR --fqdn NAME";
    return error;
  }
  const auto json = base::parse_json(*text, file.string());
  if (!json) return json.error();
  return Reader(file).read(*json);
}

}  // namespace pki
