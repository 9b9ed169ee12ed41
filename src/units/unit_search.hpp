// SPDX-License-Identifier: Apache-2.0
// The search of one unit, and its result beside it.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/observer.hpp"
#include "units/unit.hpp"
#include "verify/verify.hpp"

namespace sinew::units {

class UnitSearch {
  public:
    explicit UnitSearch(std::string unit_path) : path_(std::move(unit_path)) {}

    /// The question and the unit, their digests checked. Throws InputError. A result that is damaged counts as none,
    /// and is told to the observer.
    void read(Observer& observer);
    /// After read(): the verdict that the unit has already, or that of a search within the options' limits, which
    /// begins with what earlier ones have learned. A witness is one of the whole question.
    model::Verdict run(verify::Options options, Observer& observer);
    /// Beside the unit: an answer that is there already stays, and what it took is added up. Nothing where the unit
    /// was not read, or had its answer before. `has_ended`: run() has returned; else what was known before it is kept.
    /// Throws OutputError.
    void keep(const model::Verdict& verdict, double processor_seconds, bool has_ended = true);

    const model::Query& query() const { return query_; }

  private:
    std::optional<Result> earlier_result(Observer& observer) const;
    model::Verdict known(const Result& result);

    std::string path_;
    model::Query query_;
    Unit unit_;
    std::optional<Result> before_;
    engine::Part known_;    ///< when the run began
    engine::Part learned_;  ///< when it had ended
    std::string known_by_;
    std::atomic<bool> is_to_be_kept_{false};
};

}  // namespace sinew::units
