// SPDX-License-Identifier: Apache-2.0
// Robustness of any network, one example at a time: is an input near it classified otherwise, and how near is the
// nearest one? Inputs, distances and answers are exact; docs/certify.md says what each of them means.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "bnn/certify.hpp"
#include "model/binarized.hpp"
#include "model/query.hpp"
#include "threshold/ball.hpp"

namespace sinew::certify {

using bnn::Status;
using threshold::Norm;
using threshold::Ties;

/// The network's input is (x - mean) / deviation of the example's value x; deviation > 0.
struct Normalisation {
    Rational mean = 0;
    Rational deviation = 1;
};

/// An input with a limit of its own in place of ε: it may change by so much, or, without one, to any value of its
/// domain. Norm infinity alone.
struct OwnLimit {
    std::uint32_t input = 0;
    std::optional<Rational> limit;
};

/// What is asked of every example alike. Everything is in the units of examples, before `normalisation`.
struct Question {
    Norm norm = Norm::infinity;  ///< zero: binarized networks alone
    /// Whether an equal score of another class is a violation.
    Ties ties = Ties::count;
    std::vector<std::size_t> targets;  ///< the classes that must not win; empty: all but the label
    std::size_t top_k = 1;             ///< a violation: so many other classes win against the label
    std::vector<std::uint32_t> only;   ///< not empty: only these inputs change
    std::vector<OwnLimit> own_limits;
    /// One an input, or empty: no bounds but the network's own (binarized networks: the range of their kind of input).
    std::vector<model::Domain> domains;
    std::vector<Normalisation> normalisation;  ///< one an input, or empty
    /// Of binarized networks: as threshold::Perturbation has it.
    std::vector<std::pair<Rational, Rational>> usual;
    int threads = 1;
    Settings settings;
};

/// An example and the class that must win.
struct Example {
    std::vector<Rational> input;
    std::size_t label = 0;
};

/// How much may change: the questions about one example, which share what is known of it.
struct Asked {
    /// Each is a question: does some change of at most ε lead to a violation? Without any, and without `minimal`:
    /// any change to any value of the domains.
    std::vector<Rational> epsilons;
    /// The critical ε: the distance of the nearest violation, looked for up to `largest` (absent: in the whole domain).
    bool minimal = false;
    std::optional<Rational> largest;
    /// The search for it ends where the ends differ by this share of the upper one, or less. Whole-number inputs and
    /// binarized networks: it ends with the exact distance.
    Rational precision{1, 100};
    /// Seconds for each of these questions.
    std::optional<double> seconds;
};

/// An input that is classified otherwise: checked by exact evaluation (tanh and sigmoid: by enclosures), in the domains
/// and as near as `distance` says.
struct Adversarial {
    std::vector<Rational> input;
    std::size_t class_index = 0;
    Rational distance;  ///< in the norm asked for, exact; norm two: its square. Inputs with an own limit do not count
};

/// The answer to one question.
struct AtEpsilon {
    std::optional<Rational> epsilon;  ///< absent: any change
    Status status = Status::unknown;
    std::string reason;      ///< with unknown
    std::string decided_by;  ///< "bounds", "attack", an engine of verify/ or bnn/, or "ε = 1/20": what is known there
                             ///< answers this one; empty with wrong and unknown
    double seconds = 0;
};

/// The critical ε lies between `bound` and `distance`.
struct CriticalEpsilon {
    Rational bound = 0;                ///< no violation is nearer than this (norm two: its square)
    std::optional<Rational> distance;  ///< of the nearest violation found (norm two: its square)
    /// The search came to its end: the ends meet within the precision, or nothing within `largest` is a violation.
    bool is_proven = false;
    std::string reason;  ///< where it is not
    double seconds = 0;
};

struct Certificate {
    /// Of the example in one word: wrong; else with `minimal` falsified (the critical ε is found), certified (nothing
    /// within `largest`) or unknown; else the status at the largest ε.
    Status status = Status::unknown;
    std::string reason;      ///< with unknown
    std::string decided_by;  ///< of that status
    std::size_t predicted = 0;
    std::size_t wrong_class = 0;              ///< with wrong: which one wins
    std::vector<AtEpsilon> answers;           ///< by Asked::epsilons; one without an ε where there are none
    std::optional<CriticalEpsilon> critical;  ///< with Asked::minimal
    std::optional<Adversarial> adversarial;   ///< the nearest one found
    Statistics statistics;
    double seconds = 0;
};

/// Of an example that a limit left without any answer: all that is asked is unknown.
Certificate unanswered(const Asked& asked, std::string reason);

/// Hears of what is known so far; the calls come from the thread of certify().
class Listener {
  public:
    virtual ~Listener() = default;
    /// A question is about to be asked.
    virtual void asks(const std::optional<Rational>& epsilon) { static_cast<void>(epsilon); }
    /// A better bound or a nearer violation; norm two: not squared.
    virtual void improved(const Rational& bound, const std::optional<Rational>& distance) {
        static_cast<void>(bound), static_cast<void>(distance);
    }
};

/// A network made ready once for many examples. Not for several threads at a time: one each.
class Certifier {
  public:
    Certifier() = default;
    Certifier(const Certifier&) = delete;
    Certifier& operator=(const Certifier&) = delete;
    virtual ~Certifier() = default;

    virtual std::size_t input_count() const = 0;
    /// With one output there are two classes: 1 where it is >= 0 (of a sigmoid: >= 1/2), and 0.
    virtual std::size_t class_count() const = 0;
    /// The class of an input, exactly: the greatest output, the lowest index of several.
    virtual std::size_t predict(std::span<const Rational> input) = 0;

    /// Throws UsageError for a negative ε, and where `minimal` has neither a `largest` nor bounded domains.
    virtual void check(const Asked& asked) const = 0;

    /// Answers all that is asked. Limits that are reached give unknown with the reason, never an exception; what is
    /// known by then stands. Throws UsageError for a label, targets or an example that do not fit, and as check() does.
    virtual Certificate certify(const Example& example, const Asked& asked, const Limits& limits,
                                Listener* listener = nullptr) = 0;
};

/// Any network that sinew reads. `network`: of the query only the network, the domains of its inputs (in the network's
/// units; they hold beside Question::domains) and the outputs count. Throws UsageError where the question does not fit
/// the network.
std::unique_ptr<Certifier> certifier(model::Query network, Question question);

/// A binarized network, by the engines of bnn/ (docs/bnn.md). What these do not know (top_k, several targets, limits of
/// single inputs, domains, a normalisation) goes the way of any other network, without norm zero; networks that round
/// their inputs are refused then.
std::unique_ptr<Certifier> certifier(model::BinarizedNetwork network, Question question);

}  // namespace sinew::certify
