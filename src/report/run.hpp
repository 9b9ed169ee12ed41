// SPDX-License-Identifier: Apache-2.0
// What a run of `certify` over a data set says, read once: counts, curves, and what the sections about it share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/chart.hpp"
#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

/// Verdicts at one epsilon; what is unknown is on neither side.
struct Verdicts {
    double certified = 0;
    double falsified = 0;
    double wrong = 0;
    double unknown = 0;

    double all() const { return certified + falsified + wrong + unknown; }
    /// Proven ends of the certified accuracy.
    double least() const { return all() > 0 ? certified / all() : 0; }
    double most() const { return all() > 0 ? (certified + unknown) / all() : 0; }
    void count(const std::string& status);
    std::vector<Part> parts() const;
};

struct AtEpsilon {
    double epsilon = 0;
    Verdicts verdicts;
    std::optional<double> mean_seconds;
};

/// An example's critical epsilon lies between these; no upper end where no violation is known.
struct Critical {
    double low = 0;
    std::optional<double> high;
};

struct Run {
    std::string network;  ///< its file's name without the ending
    std::string data;     ///< the data's
    bool is_images = false;
    bool is_minimal = false;
    std::string norm;                   ///< "inf", "0", "1", "2"
    std::string norm_words;             ///< "max norm"
    std::vector<std::string> epsilons;  ///< as they were given
    Verdicts verdicts;                  ///< of the whole run
    std::vector<AtEpsilon> curve;       ///< by epsilon, rising
    std::vector<Critical> critical;     ///< of right examples, where the run tells both ends
    std::size_t wrong = 0;              ///< examples that are wrong as they are
    std::vector<double> seconds;        ///< of each example with an answer, rising
    std::size_t unanswered = 0;
    double total_seconds = 0;
};

Run run_of(const Json& json);

/// A distance as a document has it, exact: in norm 2 that is the square of the length.
double length_of(double distance, const std::string& norm);

/// The tone and the words of an example's status.
Tone tone_of_status(const std::string& status);

/// Where a picture of critical epsilons may end: a few examples of which only a far violation is known must not press
/// the others together.
double end_of_picture(const Run& run);

/// How many examples were answered within a time: "cactus".
Line cactus_line(const Run& run, std::string name, int colour);

/// Certified accuracy over epsilon, between proven ends: what the run tells by epsilon, or by critical ones.
void add_accuracy(const Run& run, const std::string& name, int colour, Chart& chart);
Chart accuracy_chart(const std::string& norm_words);
Chart cactus_chart();

}  // namespace sinew::report
