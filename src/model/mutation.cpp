// SPDX-License-Identifier: Apache-2.0
#include "model/mutation.hpp"

#include <fmt/format.h>

namespace model {

namespace {

constexpr MutationWord words[] = {
    // The request.
    {"header.remove", Named::name, Operand::none, "", "leaves the header out"},
    {"header.set", Named::name, Operand::text, "",
     "sends the header with this value, adding it if it was not there"},
    {"header.append", Named::name, Operand::text, "", "writes this after the header's value"},
    {"header.empty", Named::name, Operand::none, "", "sends the header with no value at all"},
    {"header.blank", Named::name, Operand::none, "", "sends the header with a value of one space"},
    {"header.repeat", Named::name, Operand::none, "", "sends the header twice with the same value"},
    {"header.duplicate", Named::name, Operand::text, "", "sends the header a second time, then with this value"},
    {"header.precede", Named::name, Operand::text, "", "sends the header twice, the first time with this value"},
    {"header.rename", Named::name, Operand::text, "", "sends the header under this name, for instance in lower case"},
    {"method.set", Named::no, Operand::text, "", "uses this method"},
    {"path.set", Named::no, Operand::text, "", "asks for this path below the service root"},
    {"path.append", Named::no, Operand::text, "", "appends to the path"},
    {"path.root", Named::no, Operand::text, "", "asks under this service root, a URL, on the same connection"},
    {"query.set", Named::name, Operand::text, "", "adds the parameter to the query, or gives it this value"},
    {"query.remove", Named::name, Operand::none, "", "leaves the parameter out of the query"},
    {"body.set", Named::no, Operand::text, "", "sends this body; Content-Length is kept right"},
    {"body.remove", Named::no, Operand::none, "", "sends no body, and neither Content-Type nor Content-Length"},
    {"credential.set", Named::no, Operand::text, "", "presents the kit's credential of this kind"},
    {"credential.label", Named::no, Operand::text, "", "presents the kit's credential with this label"},
    // Claims, before they are written as JSON.
    {"token.claim.remove", Named::pointer, Operand::none, "", "leaves the claim out of the token"},
    {"token.claim.set", Named::pointer, Operand::any, "", "gives the claim this value"},
    {"token.claim.null", Named::pointer, Operand::none, "", "makes the claim null"},
    {"token.claim.empty", Named::pointer, Operand::none, "", "makes the claim an empty text, list or object, as its kind is; a number 0"},
    {"token.claim.type", Named::pointer, Operand::none, "",
     "gives the claim a value of a wrong type: a number for a text, a text of digits for a number, the JSON as a text for the rest"},
    {"token.claim.wrap", Named::pointer, Operand::none, "", "makes the claim a list with its value as the one element"},
    {"token.claim.rename", Named::pointer, Operand::text, "", "gives the claim this name, for instance in other letters"},
    {"token.claim.append", Named::pointer, Operand::text, "", "writes this after the claim's text"},
    {"token.claim.case", Named::pointer, Operand::text, "upper lower", "writes the claim's text in other letters"},
    {"token.claim.fill", Named::pointer, Operand::number, "", "makes the claim a text of this many letters, adding it if it was not there"},
    {"token.claim.nest", Named::pointer, Operand::number, "", "makes the claim this many lists within one another, adding it if it was not there"},
    // Times. iat is two seconds before the token is made, exp five minutes after iat.
    {"token.lifetime", Named::no, Operand::number, "", "sets exp to iat plus this many seconds (300 is right)"},
    {"token.shift", Named::no, Operand::number, "", "moves iat and exp by this many seconds"},
    {"token.time.set", Named::pointer, Operand::number, "", "sets the claim to the moment of sending plus this many seconds"},
    {"token.time.as", Named::pointer, Operand::text, "text fraction milliseconds iso wrapped boolean",
     "writes a time another way; wrapped: with 2^32 added"},
    // The JOSE header.
    {"token.header.remove", Named::member, Operand::none, "", "leaves the member out of the JOSE header"},
    {"token.header.set", Named::member, Operand::any, "", "gives the member of the JOSE header this value"},
    // The JSON texts of header and payload.
    {"token.claim.duplicate", Named::member, Operand::any, "", "writes the claim a second time at the end, with this value"},
    {"token.claim.precede", Named::member, Operand::any, "", "writes the claim a second time at the beginning, with this value"},
    {"token.header.duplicate", Named::member, Operand::any, "", "writes the member of the JOSE header a second time, with this value"},
    {"token.text.set", Named::part, Operand::text, "", "encodes this text in the place of the part's JSON"},
    {"token.text.append", Named::part, Operand::text, "", "writes this after the part's JSON, before it is encoded"},
    {"token.text.style", Named::part, Operand::text,
     "spaced reversed escaped exponents bom utf16 bad-utf8 lone-surrogate nul comment trailing-comma single-quotes",
     "writes the part's JSON another way, legal (spaced, reversed, escaped; exponents: iat and exp as 1800000000e0) or not"},
    // From text to the compact form.
    {"token.encoding", Named::no, Operand::text, "plain base64 base64-unpadded padded-1 padded-2 hex gzip",
     "plain: the JSON itself; base64: the standard alphabet, padded; base64-unpadded: without padding; padded-1, padded-2: base64url "
     "with one or two = at the end of the payload; hex; gzip: the payload compressed (RFC 1952), then base64url"},
    {"token.damage", Named::part, Operand::text,
     "truncated flipped illegal-character space tab crlf length-one-more trailing-bits", "damages the encoded part"},
    {"token.parts", Named::no, Operand::text,
     "one two four five dots swapped no-header no-payload leading-dot quoted percent json nested",
     "builds the token of other parts: two leaves the trailing dot out, four and five add empty parts"},
    {"token.signature", Named::no, Operand::text, "", "sends this as the third part, which is empty in a good token"},
    {"token.sign", Named::no, Operand::text, "hs256-blank hs256-weak hs256-server-key rs256 es256-zero",
     "signs the token, and says so in alg: with an empty key, with the key \"secret\", with the public key of the target's own certificate, "
     "with a key made for the purpose, with zeros"},
    {"token.raw", Named::no, Operand::text, "", "sends this text instead of a token"},
};

std::string value_in_words(const base::Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::span<const MutationWord> mutation_words() {
  return words;
}

const MutationWord* find_mutation_word(std::string_view op) {
  for (const auto& word : words)
    if (word.op == op) return &word;
  return nullptr;
}

base::Json to_json(const Mutation& mutation) {
  base::Json json = {{"op", mutation.op}};
  if (!mutation.name.empty()) json["name"] = mutation.name;
  const auto* word = find_mutation_word(mutation.op);
  if (word != nullptr && word->value != Operand::none) json["value"] = mutation.value;
  return json;
}

std::string in_words(const Mutation& mutation) {
  std::string out = mutation.op;
  if (!mutation.name.empty()) out += " " + mutation.name;
  if (!mutation.value.is_null()) out += fmt::format(" = {}", value_in_words(mutation.value));
  return out;
}

}  // namespace model
