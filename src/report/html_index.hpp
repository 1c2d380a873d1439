// SPDX-License-Identifier: Apache-2.0
// Where things stand in the HTML report: requirements by section, each finding told in full once,
// each observation shown once and numbered inside its requirement.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.hpp"

namespace report {

class Index {
 public:
  explicit Index(const model::Report& report);

  struct Section {
    std::string spec;
    std::string name;
    std::vector<const model::RequirementResult*> requirements;
  };
  struct Evidence {
    std::string requirement;  // whose card shows it
    std::string check;        // whose finding shows it
    std::string anchor;       // r-GPC-CON-8-e2
    int number = 0;
    std::string same_as;  // earlier observation with the same request and answer, or ""
  };

  // In the order of the specification; a section named twice is one.
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  // All findings that cite a requirement, in the order of the run.
  [[nodiscard]] const std::vector<const model::Finding*>& citing(
      std::string_view requirement) const;
  // The requirement whose card tells the finding in full: the first it cites; "" when it cites
  // none.
  [[nodiscard]] const std::string& home(std::string_view check) const;
  // Findings that cite no requirement of the report.
  [[nodiscard]] const std::vector<const model::Finding*>& homeless() const { return homeless_; }
  // Nothing when no finding rests on the observation, or when its finding had too many.
  [[nodiscard]] const Evidence* evidence(std::string_view observation) const;

  // So many observations of one finding are shown; the rest are named. A page is not a log.
  static constexpr std::size_t shown_of_a_finding = 8;

 private:
  void group(const model::Report& report);
  void settle(const model::Finding& finding);
  void number(const model::Report& report);
  void number(const std::string& requirement, const model::Finding& finding,
              const model::Report& report, int& next);

  std::vector<Section> sections_;
  std::map<std::string, std::vector<const model::Finding*>, std::less<>> citing_;
  std::map<std::string, std::string, std::less<>> home_;
  std::vector<const model::Finding*> homeless_;
  std::map<std::string, Evidence, std::less<>> evidence_;
  std::map<std::string, std::string> told_;  // request and answer -> the observation shown first
};

}  // namespace report
