// SPDX-License-Identifier: Apache-2.0
// Robustness: is any input near an example classified otherwise, and how near is the nearest such input? What `sinew
// certify` answers, for every network that sinew reads.
//
//   sinew::CertifyOptions options;
//   options.domain = {Range{0, 1}};                                        // of every input
//   options.epsilons = {Rational(1, 100), Rational(3, 100)};
//   sinew::Certifier certifier(load_network("digits.onnx"), options);
//   const Certificate certificate = certifier.certify(image, 7);
//   if (certificate.status == CertifyStatus::falsified) … certificate.adversarial->input …   // exact
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <sinew/binarized.hpp>
#include <sinew/network.hpp>
#include <sinew/number.hpp>

namespace sinew {

/// How far two inputs are from each other: the greatest difference, the sum of differences, Euclid's distance, the
/// number of inputs that differ (binarized networks alone).
enum class Norm : std::uint8_t { infinity, one, two, zero };

/// - certified: no input so near is classified otherwise: proven.
/// - falsified: one is.
/// - wrong: the example itself is.
/// - unknown: a limit was reached.
enum class CertifyStatus : std::uint8_t { certified, falsified, wrong, unknown };
std::string_view to_string(CertifyStatus status);  ///< "certified", "falsified", "wrong", "unknown"

/// An input with a limit of its own in place of ε: it may change by so much, or, without one, to any value of its
/// domain. Norm infinity alone.
struct OwnLimit {
    std::size_t input = 0;            ///< its index, from 0
    std::optional<Rational> limit{};  ///< in the units of examples, not negative; absent: any value of its domain
};

/// What is asked of every example alike; values are in the units of examples.
struct CertifyOptions {
    Norm norm = Norm::infinity;  ///< that measures how far an input is from its example
    /// Each is a question: does some change of at most ε lead to another class? Empty, and without `minimal`: any
    /// change to any value of the domain.
    std::vector<Rational> epsilons{};
    /// The critical ε is asked for: the distance of the nearest input that is classified otherwise.
    bool minimal = false;
    std::optional<Rational> largest{};  ///< the critical ε is looked for up to here; absent: in the whole domain
    /// How near the proven ends of the critical ε must come: they differ by at most this share of the upper one.
    Rational precision{1, 100};

    bool ties_are_violations = true;     ///< whether an equal score of another class is one
    std::vector<std::size_t> targets{};  ///< the classes that must not win; empty: all but the label
    std::size_t top_k = 1;               ///< a violation: so many other classes win against the label
    std::vector<std::size_t> only{};     ///< not empty: only these inputs change
    std::vector<OwnLimit> own_limits{};  ///< inputs to which ε does not apply
    /// What inputs may be at all: one range an input, or one for all; empty: anything. (A binarized network has its
    /// own.)
    std::vector<Range> domain{};
    /// The network's input is (x - mean) / deviation of the example's value x: one an input, or one for all; empty: x.
    std::vector<Rational> mean{};
    std::vector<Rational> deviation{};  ///< above 0; one an input, or one for all; empty: 1

    std::optional<double> seconds{};               ///< of a call
    std::optional<double> question_seconds{};      ///< of each question about an example
    std::optional<std::size_t> bytes{};            ///< of resident memory of the whole process
    const std::atomic<bool>* interrupt = nullptr;  ///< ends the call when it becomes true; what is open is unknown
    /// Of one example's search; several examples are shared out among them. 0: all processors that this process may
    /// use.
    int threads = 1;
    std::uint64_t seed = 0;               ///< of all that is random: the same seed, the same run
    std::vector<std::string> settings{};  ///< "ENGINE.NAME=VALUE", as SolveOptions has them
};

/// An input that is classified otherwise, checked exactly.
struct Adversarial {
    std::vector<Rational> input;  ///< in the units of examples
    std::size_t class_index = 0;  ///< its class
    Rational distance;  ///< from the example, exact; norm two: its square. Inputs with an own limit do not count
};

/// The answer to one question.
struct AtEpsilon {
    std::optional<Rational> epsilon;                ///< absent: any change
    CertifyStatus status = CertifyStatus::unknown;  ///< at this ε
    std::string reason;                             ///< with unknown
    std::string decided_by;                         ///< "bounds", "attack", an engine, or the ε whose answer says it
    double seconds = 0;                             ///< of wall time
};

/// The critical ε lies between `bound` and `distance` (norm two: both are squares).
struct CriticalEpsilon {
    Rational bound = 0;                ///< nothing nearer is classified otherwise: proven
    std::optional<Rational> distance;  ///< of the nearest input found that is
    /// The ends meet within the precision, or nothing within `largest` is classified otherwise.
    bool is_proven = false;
    std::string reason;  ///< where it is not
    double seconds = 0;  ///< of wall time
};

/// What is known of an example.
struct Certificate {
    /// In one word: wrong; else with `minimal` falsified (the critical ε is found), certified (nothing within
    /// `largest`) or unknown; else the answer at the largest ε.
    CertifyStatus status = CertifyStatus::unknown;
    std::string reason;                       ///< with unknown
    std::string decided_by;                   ///< of that status
    std::size_t predicted = 0;                ///< the class of the example itself
    std::size_t wrong_class = 0;              ///< with wrong: which one wins
    std::vector<AtEpsilon> answers;           ///< by CertifyOptions::epsilons; one without ε where there are none
    std::optional<CriticalEpsilon> critical;  ///< with CertifyOptions::minimal
    std::optional<Adversarial> adversarial;   ///< the nearest one found
    double seconds = 0;                       ///< of wall time
    /// What the components counted; names are not stable between versions.
    std::vector<std::pair<std::string, double>> statistics;
};

/// A network made ready once for many examples. Not for several threads at a time.
class Certifier {
  public:
    /// UsageError where the options do not fit the network.
    explicit Certifier(const Network& network, CertifyOptions options = {});
    /// The same of a binarized network, whose own engines answer.
    explicit Certifier(const BinarizedNetwork& network, CertifyOptions options = {});
    Certifier(Certifier&&) noexcept;             ///< what was moved from may only be assigned or destroyed
    Certifier& operator=(Certifier&&) noexcept;  ///< what was moved from may only be assigned or destroyed
    ~Certifier();

    std::size_t input_count() const;  ///< values that an example has
    /// With one output there are two classes: 1 where it is >= 0 (of a sigmoid: >= 1/2), and 0.
    std::size_t class_count() const;
    /// The class of an input (in the units of examples), exactly: the greatest output, the lowest of several.
    std::size_t predict(const std::vector<Rational>& input);

    /// Answers all that is asked of an example whose class is to be `label`. Limits that are reached give unknown.
    /// Throws UsageError for an example or a label that does not fit, a negative ε, and where `minimal` has neither a
    /// `largest` nor bounded domains.
    Certificate certify(const std::vector<Rational>& input, std::size_t label);

    /// The same of many examples, whose certificates come in their order; each is also told when it is there, by calls
    /// one at a time from any thread, the row first. What the time does not reach is unknown.
    std::vector<Certificate> certify_all(
        const std::vector<std::vector<Rational>>& inputs, const std::vector<std::size_t>& labels,
        const std::function<void(std::size_t row, const Certificate& certificate)>& told = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Any network that sinew reads, as `sinew certify` takes it: a binarized one where its file is of such networks, it
/// has sign or step neurons in the form that their engines know, or `input_kind` says so; a softmax at its end is left
/// out. InputError for what cannot be read.
std::variant<Network, BinarizedNetwork> load_classifier(const std::string& path, const std::string& input_kind = "");

/// The critical ε of one example: `minimal` of the options is set.
CriticalEpsilon critical_epsilon(const Network& network, const std::vector<Rational>& input, std::size_t label,
                                 CertifyOptions options = {});
/// The same of a binarized network.
CriticalEpsilon critical_epsilon(const BinarizedNetwork& network, const std::vector<Rational>& input, std::size_t label,
                                 CertifyOptions options = {});

}  // namespace sinew
