// SPDX-License-Identifier: Apache-2.0
#include "fuzz/tally.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/core.h>

namespace sinew::fuzz {

namespace {
char letter(const oracle::Answer& answer) {
    if (answer.kind == oracle::Answer::Kind::inapplicable) return 'i';
    if (answer.kind == oracle::Answer::Kind::failure) return 'f';
    switch (answer.status) {
        case model::Status::sat:
            return 's';
        case model::Status::unsat:
            return 'u';
        case model::Status::timeout:
            return 't';
        case model::Status::unknown:
            break;
    }
    return '?';
}

std::string joined(const std::vector<std::string>& texts) {
    std::string line;
    for (const std::string& text : texts) line += (line.empty() ? "" : ";") + text;
    return line;
}

std::vector<std::string> split(const std::string& line, char mark) {
    std::vector<std::string> texts;
    std::istringstream stream(line);
    std::string text;
    while (std::getline(stream, text, mark)) texts.push_back(text);
    return texts;
}
}  // namespace

QueryReport report_of(std::uint64_t index, const oracle::ComparedAnswers& outcome,
                      const std::set<std::string>& features) {
    QueryReport report;
    report.index = index;
    report.expected = outcome.expected;
    report.z3_gave_up = outcome.z3_gave_up;
    report.features.assign(features.begin(), features.end());
    for (const oracle::Finding& finding : outcome.findings) report.finders.push_back(finding.asker);
    for (const auto& [name, answer] : outcome.answers)
        report.answers.emplace_back(name, letter(answer), answer.seconds);
    return report;
}

std::string to_line(const QueryReport& report) {
    std::vector<std::string> answers;
    for (const auto& [name, answer, seconds] : report.answers)
        answers.push_back(fmt::format("{}={}{:.6f}", name, answer, seconds));
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|\n", report.index, static_cast<int>(report.expected),
                       report.z3_gave_up ? 1 : 0, joined(report.features), joined(report.finders), report.saved,
                       joined(answers));
}

QueryReport from_line(const std::string& line) {
    const std::vector<std::string> parts = split(line, '|');
    QueryReport report;
    if (parts.size() < 7) return report;
    report.index = std::stoull(parts[0]);
    report.expected = static_cast<model::Status>(std::stoi(parts[1]));
    report.z3_gave_up = parts[2] == "1";
    report.features = split(parts[3], ';');
    report.finders = split(parts[4], ';');
    report.saved = parts[5];
    for (const std::string& answer : split(parts[6], ';')) {
        const std::size_t equals = answer.rfind('=');
        report.answers.emplace_back(answer.substr(0, equals), answer[equals + 1], std::stod(answer.substr(equals + 2)));
    }
    return report;
}

void Tally::add(const QueryReport& report) {
    ++queries_;
    ++expected_[report.expected];
    z3_gave_up_ += report.z3_gave_up ? 1 : 0;
    for (const std::string& feature : report.features) ++features_[feature][report.expected];
    for (const auto& [name, answer, seconds] : report.answers) {
        ++askers_[name].answers[answer];
        askers_[name].seconds += seconds;
        slowest_.push_back({seconds, report.index, name});
    }
    std::sort(slowest_.begin(), slowest_.end(), [](const Slow& a, const Slow& b) { return a.seconds > b.seconds; });
    if (slowest_.size() > 10) slowest_.resize(10);
    if (report.finders.empty()) return;
    ++disagreements_;
    findings_.push_back(fmt::format("query {}: {}{}", report.index, joined(report.finders),
                                    report.saved.empty() ? "" : " -> " + report.saved));
}

std::string Tally::progress(std::uint64_t total, double seconds) const {
    return fmt::format("{}/{} queries, {} disagreements, {} without Z3's answer, {:.1f} a second", queries_, total,
                       disagreements_, z3_gave_up_, static_cast<double>(queries_) / std::max(seconds, 1e-3));
}

std::string Tally::summary() const {
    using model::Status;
    const auto count = [](const std::map<Status, std::uint64_t>& counts, Status status) {
        const auto found = counts.find(status);
        return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    std::string text = fmt::format("{} queries: {} sat, {} unsat, {} that nobody decided; Z3 gave up on {}\n", queries_,
                                   count(expected_, Status::sat), count(expected_, Status::unsat),
                                   count(expected_, Status::unknown), z3_gave_up_);
    text += fmt::format("\n{:<28}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>11}\n", "asked", "sat", "unsat", "timeout", "unknown",
                        "failed", "no words", "seconds");
    for (const auto& [name, tally] : askers_) {
        const auto times = [&](char answer) {
            const auto found = tally.answers.find(answer);
            return found == tally.answers.end() ? std::uint64_t{0} : found->second;
        };
        text += fmt::format("{:<28}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>11.1f}\n", name, times('s'), times('u'), times('t'),
                            times('?'), times('f'), times('i'), tally.seconds);
    }
    text += fmt::format("\n{:<28}{:>8}{:>8}{:>9}\n", "with", "sat", "unsat", "neither");
    for (const auto& [name, counts] : features_)
        text += fmt::format("{:<28}{:>8}{:>8}{:>9}\n", name, count(counts, Status::sat), count(counts, Status::unsat),
                            count(counts, Status::unknown));
    text += "\nslowest answers:\n";
    for (const Slow& slow : slowest_)
        text += fmt::format("{:>10.3f} s  query {} by {}\n", slow.seconds, slow.index, slow.asker);
    text += fmt::format("\n{} disagreements\n", disagreements_);
    for (const std::string& finding : findings_) text += "  " + finding + "\n";
    return text;
}

}  // namespace sinew::fuzz
