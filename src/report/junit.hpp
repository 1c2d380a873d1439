// SPDX-License-Identifier: Apache-2.0
// JUnit XML for pipelines: what Jenkins, GitLab, GitHub actions and Azure all read the same way
// (three levels, no CDATA, schema in reports/junit.xsd). A case is red exactly when it makes the
// exit code non-zero.
#pragma once

#include <span>
#include <string>

#include "model/report.hpp"

namespace report {

// One suite for each target and profile after the suite `preflight`, which is always there so that
// no file is ever empty. Identity of a case is (classname, name) and is unique in the file.
std::string junit_xml(std::span<const model::Report> reports);

}  // namespace report
