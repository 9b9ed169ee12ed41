// SPDX-License-Identifier: Apache-2.0
// One query, many answers: who disagrees with Z3, with a point, or with the others.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/verdict.hpp"
#include "oracle/sketch.hpp"

namespace sinew::oracle {

/// What one of those asked says.
struct Answer {
    enum class Kind {
        verdict,       ///< `status`, and a witness where there is one
        inapplicable,  ///< the question cannot be put to this one (no such format, no such strategy)
        failure,       ///< crash, broken promise, unreadable output: always a finding
    };
    Kind kind = Kind::verdict;
    model::Status status = model::Status::unknown;
    std::vector<Rational> inputs;
    std::vector<bool> booleans;
    bool has_witness = false;
    std::string text;  ///< why inapplicable, failed, unknown
    double seconds = 0;

    static Answer inapplicable(std::string why) { return {Kind::inapplicable, {}, {}, {}, false, std::move(why), 0}; }
    static Answer failure(std::string why) { return {Kind::failure, {}, {}, {}, false, std::move(why), 0}; }
};

/// Someone who is asked: a strategy of verify, a format's round trip, another program.
struct Asker {
    std::string name;
    std::function<Answer(const Sketch&)> ask;  ///< may throw: that is a failure
};

struct Finding {
    std::string asker;
    std::string text;
};

struct ComparedAnswers {
    model::Status expected = model::Status::unknown;  ///< Z3's, or sat where anyone showed a witness
    bool z3_gave_up = false;
    std::vector<std::pair<std::string, Answer>> answers;
    std::vector<Finding> findings;
};

/// Asks everyone. A finding is a verdict other than the expected one, a witness that is none, a failure, and an unknown
/// (a timeout is not a finding; it is among the answers).
ComparedAnswers compare(const Sketch& sketch, std::span<const Asker> askers, unsigned z3_milliseconds);

}  // namespace sinew::oracle
