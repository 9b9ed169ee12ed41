// SPDX-License-Identifier: Apache-2.0
#include "report/run.hpp"

#include <algorithm>
#include <cmath>

#include "exact/decimal.hpp"
#include "report/words.hpp"
#include "write/number_text.hpp"

namespace sinew::report {

namespace {

std::string words_of_norm(const std::string& norm) {
    if (norm == "inf" || norm.empty()) return "max norm";
    if (norm == "0") return "number of changed inputs";
    if (norm == "1") return "1-norm";
    if (norm == "2") return "2-norm";
    return "norm " + norm;
}

/// 1/100 as 0.01, and 1/3 as it is.
std::string epsilon_text(const std::string& text) {
    constexpr std::size_t longest = 40;
    const std::optional<Rational> exact = text.size() <= longest ? parse_number(text) : std::nullopt;
    return exact ? write::exact_number(*exact) : text;
}

Verdicts verdicts_of(const Json& counts) {
    Verdicts verdicts;
    verdicts.certified = number_of(counts, "certified").value_or(0);
    verdicts.falsified = number_of(counts, "falsified").value_or(0);
    verdicts.wrong = number_of(counts, "wrong").value_or(0);
    verdicts.unknown = number_of(counts, "unknown").value_or(0);
    return verdicts;
}

/// Between the greatest epsilon that was certified and the least that was falsified.
std::optional<Critical> critical_from(const Json& epsilons) {
    Critical critical;
    for (const Json& entry : epsilons) {
        const auto epsilon = number_of(entry, "epsilon");
        const std::string status = text_of(entry, "status");
        if (!epsilon) continue;
        if (status == "wrong") return std::nullopt;
        if (status == "certified") critical.low = std::max(critical.low, *epsilon);
        if (status == "falsified") critical.high = std::min(critical.high.value_or(*epsilon), *epsilon);
    }
    return critical;
}

void read_example(const Json& example, Run& run, Verdicts& counted) {
    const std::string status = text_of(example, "status");
    counted.count(status);
    const auto seconds = number_of(example, "seconds");
    if (seconds) run.total_seconds += *seconds;
    if (status == "unknown")
        ++run.unanswered;
    else if (seconds && status != "wrong")
        run.seconds.push_back(*seconds);
    if (status == "wrong") {
        ++run.wrong;
        return;
    }
    if (run.is_minimal) {
        const auto bound = number_of(example, "bound");
        const auto distance = number_of(example, "distance");
        if (bound)
            run.critical.push_back(
                {length_of(*bound, run.norm), distance ? std::optional(length_of(*distance, run.norm)) : std::nullopt});
    } else if (const Json& epsilons = items(example, "epsilons"); epsilons.size() > 1) {
        if (const auto critical = critical_from(epsilons)) run.critical.push_back(*critical);
    }
}

void read_curve(const Json& json, Run& run) {
    for (const Json& entry : items(member(json, "summary"), "by_epsilon")) {
        const auto epsilon = number_of(entry, "epsilon");
        if (epsilon) run.curve.push_back({*epsilon, verdicts_of(entry), number_of(entry, "mean_seconds")});
    }
    std::ranges::stable_sort(run.curve, {}, &AtEpsilon::epsilon);
    if (run.curve.empty() && !run.is_minimal && run.epsilons.size() == 1)
        if (const auto epsilon = number_of(Json(run.epsilons[0])))
            run.curve.push_back({*epsilon, run.verdicts, number_of(member(json, "summary"), "mean_seconds")});
}
}  // namespace

double length_of(double distance, const std::string& norm) {
    return norm == "2" ? std::sqrt(std::max(distance, 0.0)) : distance;
}

void Verdicts::count(const std::string& status) {
    if (status == "certified")
        ++certified;
    else if (status == "falsified")
        ++falsified;
    else if (status == "wrong")
        ++wrong;
    else
        ++unknown;
}

std::vector<Part> Verdicts::parts() const {
    return {{Tone::yes, "certified", certified},
            {Tone::open, "unknown", unknown},
            {Tone::no, "falsified", falsified},
            {Tone::odd, "wrong as they are", wrong}};
}

Tone tone_of_status(const std::string& status) {
    if (status == "certified") return Tone::yes;
    if (status == "falsified") return Tone::no;
    return status == "wrong" ? Tone::odd : Tone::open;
}

Run run_of(const Json& json) {
    Run run;
    const std::vector<std::string> files = texts_of(member(json, "files"));
    run.network = files.empty() ? std::string("the network") : stem(files[0]);
    run.data = files.size() < 2 ? std::string("the data set") : stem(files[1]);
    run.is_images = member(json, "image").is_object();
    run.is_minimal = is_true(member(json, "minimal"));
    run.norm = text_of(json, "norm");
    if (run.norm.empty()) run.norm = member(json, "flips").is_null() ? "inf" : "0";
    run.norm_words = words_of_norm(run.norm);
    for (const Json& entry : items(member(json, "summary"), "by_epsilon"))
        run.epsilons.push_back(epsilon_text(text_of(entry, "epsilon")));
    if (run.epsilons.empty())
        for (const char* key : {"epsilon", "flips"})
            if (const std::string text = text_of(json, key); !text.empty()) run.epsilons = {epsilon_text(text)};
    Verdicts counted;
    for (const Json& example : items(json, "examples")) read_example(example, run, counted);
    const Json& summary = member(json, "summary");
    run.verdicts = summary.is_object() ? verdicts_of(summary) : counted;
    if (run.verdicts.all() == 0) run.verdicts = counted;
    if (const auto total = number_of(summary, "total_seconds")) run.total_seconds = *total;
    std::ranges::sort(run.seconds);
    std::ranges::sort(run.critical, [](const Critical& a, const Critical& b) { return a.low < b.low; });
    read_curve(json, run);
    return run;
}

double end_of_picture(const Run& run) {
    double end = 0;
    std::vector<double> highs;
    for (const Critical& critical : run.critical) {
        end = std::max(end, critical.low);
        if (critical.high) highs.push_back(*critical.high);
    }
    if (highs.empty()) return end;
    std::ranges::sort(highs);
    const double usual = highs[highs.size() * 9 / 10];
    return std::min(highs.back(), 1.5 * std::max(end, usual));
}

Line cactus_line(const Run& run, std::string name, int colour) {
    Line line;
    line.name = std::move(name);
    line.colour = colour;
    line.steps = false;
    // A clock that ticks in microseconds has nothing to say below one.
    for (std::size_t i = 0; i < run.seconds.size(); ++i)
        line.points.emplace_back(static_cast<double>(i + 1), std::max(run.seconds[i], 1e-6));
    return line;
}

Chart cactus_chart() {
    Chart chart;
    chart.title = "Time per example";
    chart.told =
        "Answered examples from the fastest to the slowest (a cactus plot): so many were each answered within the "
        "time.";
    chart.x.name = "answered examples";
    chart.x.low = 0;
    chart.x.whole = true;
    chart.y.name = "seconds";
    chart.y.log = true;
    return chart;
}

Chart accuracy_chart(const std::string& norm_words) {
    Chart chart;
    chart.title = "Certified accuracy over ε";
    chart.told =
        "The share of the examples that no change within ε can turn. The true value lies in the band: below it is "
        "proven, above it is refuted.";
    chart.x.name = "ε (" + norm_words + ")";
    chart.y.name = "certified accuracy";
    chart.y.percent = true;
    chart.y.low = 0;
    chart.y.high = 1;
    chart.x.low = 0;
    return chart;
}

void add_accuracy(const Run& run, const std::string& name, int colour, Chart& chart) {
    Band band;
    Line line;
    band.colour = line.colour = colour;
    line.name = name;
    if (run.is_minimal && !run.critical.empty()) {
        const double all = run.verdicts.all();
        // At each end of an interval one example less is certified, or may be.
        std::vector<double> ends;
        for (const Critical& critical : run.critical) {
            ends.push_back(critical.low);
            if (critical.high) ends.push_back(*critical.high);
        }
        ends.push_back(0);
        std::ranges::sort(ends);
        ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
        std::vector<double> lows;
        std::vector<double> highs;
        for (const Critical& critical : run.critical) {
            lows.push_back(critical.low);
            if (critical.high) highs.push_back(*critical.high);
        }
        std::ranges::sort(lows);
        std::ranges::sort(highs);
        if (const double end = end_of_picture(run); end > 0) chart.x.high = std::max(chart.x.high.value_or(0), end);
        const auto right = static_cast<double>(run.critical.size());
        const auto up_to = [](const std::vector<double>& sorted, double end) {
            return static_cast<double>(std::ranges::upper_bound(sorted, end) - sorted.begin());
        };
        for (const double end : ends) {
            const double least = (right - up_to(lows, end)) / all;
            const double most = (right - up_to(highs, end)) / all;
            band.points.push_back({end, least, most});
            line.points.emplace_back(end, least);
        }
        band.steps = line.steps = true;
    } else {
        for (const AtEpsilon& at : run.curve) {
            band.points.push_back({at.epsilon, at.verdicts.least(), at.verdicts.most()});
            line.points.emplace_back(at.epsilon, at.verdicts.least());
        }
        line.dots = true;
    }
    if (chart.x.high && !line.points.empty() && !line.steps)
        chart.x.high = std::max(*chart.x.high, line.points.back().first);
    const bool has_width = std::ranges::any_of(band.points, [](const auto& point) { return point[2] > point[1]; });
    if (has_width) chart.bands.push_back(std::move(band));
    chart.lines.push_back(std::move(line));
}

}  // namespace sinew::report
