// SPDX-License-Identifier: Apache-2.0
// result.json (schema probity.result/1): the one source every format is rendered from and `judge`
// reads. Writing keeps order and shape stable, so that two runs diff well; reading is strict.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/report.hpp"

namespace report {

// The keys in a fixed order (probity-formats(5), RESULT), each described in
// reports/result.schema.json. Everything the target sent is printable text in it.
base::Json to_json(const model::Report& report);

// facts.tls of result.json.
base::Json tls_facts_json(const model::TlsFacts& tls);

// The bytes of result.json: as any JSON printer would, but short lists and objects stay on a line.
std::string json_text(const base::Json& value);

// json_text(to_json(report)), made piece by piece: the whole document never stands in memory.
std::string result_text(const model::Report& report);

// What json_text appends for a value that stands `depth` levels deep.
void append_json(const base::Json& value, std::size_t depth, std::string& out);

// What to_json wrote; `file` is named in the mistake. Restores all that the writers and `judge`
// need: to_json(from_json(j)) == j.
base::Result<model::Report> from_json(const base::Json& json, const std::string& file);

}  // namespace report
