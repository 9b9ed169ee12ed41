// SPDX-License-Identifier: Apache-2.0
// `train_uci SINEW DATA PICTURES SCRATCH SECONDS [NAME]`: exact training on whole public data sets beside gradients and
// a majority vote, with demands of robustness and fairness and what they cost. Every figure is a count that `sinew
// train` and `sinew evaluate` made, summed over the splits. Where PICTURES is not empty, accuracy against epsilon is
// drawn there.
#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "process.hpp"
#include "report/chart.hpp"
#include "uci_tables.hpp"

namespace {
using namespace sinew;
using nlohmann::json;
using Words = std::vector<std::string>;

constexpr int largest_epsilon = 4;
constexpr const char* hidden = "4";
constexpr const char* levels = "20";

struct Count {
    std::size_t good = 0;
    std::size_t all = 0;
    void add(std::size_t more, std::size_t of) {
        good += more;
        all += of;
    }
    double percent() const { return all == 0 ? 0 : 100.0 * static_cast<double>(good) / static_cast<double>(all); }
    std::string text() const { return all == 0 ? "-" : fmt::format("{:.1f} % ({}/{})", percent(), good, all); }
};

/// One method on one data set, over its splits.
struct Row {
    std::string name;
    Words options;
    bool is_for_fairness = false;
    std::array<Count, 3> right;  ///< train, validation, test
    double balanced = 0;         ///< test; the sum over the splits
    std::size_t weights = 0;     ///< likewise
    std::array<Count, largest_epsilon + 1> certified;
    std::vector<Count> fair;    ///< by sensitive column: right whatever it is
    std::vector<Count> unfair;  ///< changes its class with it
    std::size_t undecided = 0;  ///< of the certification
    std::size_t without = 0;    ///< splits for which there is no network
    std::string statuses;
};

class Study {
  public:
    Study(const bench::UciTable& table, Words arguments, double seconds)
        : table_(table),
          program_(arguments.at(0)),
          data_(arguments.at(1)),
          pictures_(arguments.at(2)),
          scratch_(arguments.at(3)),
          seconds_(seconds) {
        const Words accuracy{"--objective", "max-accuracy", "--save-best-validation"};
        add("gradient", {"--method", "gradient"});
        add("exact, most right", accuracy);
        add("exact, least weight, as many right as gradient", {"--objective", "min-weight", "--rho", "baseline"});
        if (table.has_numbers) {
            first_robust_ = rows_.size();
            for (int epsilon = 1; epsilon <= (pictures_.empty() ? 1 : largest_epsilon); ++epsilon) {
                Words options = accuracy;
                options.insert(options.end(), {"--robust", fmt::format("epsilon={},fraction=0.9", epsilon)});
                options.emplace_back("--end-to-end");
                add(fmt::format("exact, 9 of 10 robust at epsilon {}", epsilon), options);
            }
        }
        if (!table.sensitive.empty()) {
            Words options = accuracy;
            options.insert(options.end(), {"--fair", names_of(table.sensitive)});
            options.emplace_back("--end-to-end");
            add("exact, fair", options);
            rows_.back().is_for_fairness = true;
        }
    }

    void run() {
        const model::TextTable raw = bench::read_uci(table_, data_);
        for (std::uint64_t seed = 0; seed < table_.splits; ++seed) {
            const bench::UciSplit split = bench::write_split(table_, raw, seed, scratch_);
            for (std::size_t p = 0; p < 3; ++p) {
                majority_[p].add(split.majority[p], split.rows[p]);
                sizes_[p] = split.rows[p];
            }
            for (Row& row : rows_) measure(row, split, seed);
        }
        print();
        if (!pictures_.empty() && table_.has_numbers) draw();
    }

  private:
    void add(std::string name, Words options) {
        Row row;
        row.name = std::move(name);
        row.options = std::move(options);
        row.fair.resize(table_.sensitive.size());
        row.unfair.resize(table_.sensitive.size());
        rows_.push_back(std::move(row));
    }

    static std::string names_of(const Words& columns) { return fmt::format("{}", fmt::join(columns, ",")); }

    json ask(Words words, double kill_seconds, int least_status) const {
        const std::string result = scratch_ + "/result.json";
        words.insert(words.begin(), program_);
        words.insert(words.end(), {"--json", result});
        const bench::ProcessResult process = bench::run_process(words, kill_seconds, scratch_ + "/errors");
        if (process.exit_status != 0 && process.exit_status != least_status)
            throw std::runtime_error(fmt::format("{} ended with {}", fmt::join(words, " "), process.exit_status));
        std::ifstream file(result);
        return json::parse(file);
    }

    Words train_command(const Row& row, const bench::UciSplit& split, std::uint64_t seed) const {
        Words words{"train",
                    split.files[0],
                    "--label",
                    table_.label,
                    "--validation",
                    split.files[1],
                    "--test",
                    split.files[2],
                    "--layers",
                    hidden,
                    "--encode",
                    "centre",
                    "--levels",
                    levels,
                    "--timeout",
                    fmt::format("{}", seconds_),
                    "--seed",
                    std::to_string(seed),
                    "--quiet",
                    "--out",
                    scratch_ + "/net.onnx"};
        if (!table_.categorical.empty()) words.insert(words.end(), {"--categorical", names_of(table_.categorical)});
        words.insert(words.end(), row.options.begin(), row.options.end());
        return words;
    }

    void measure(Row& row, const bench::UciSplit& split, std::uint64_t seed) {
        const json trained = ask(train_command(row, split, seed), 10 * seconds_ + 60, 3);
        const std::string status = trained.at("status");
        row.statuses += (row.statuses.empty() ? "" : ", ") + status;
        if (trained.at("weights_used").is_null()) {
            ++row.without;
            return;
        }
        row.weights += trained.at("weights_used").get<std::size_t>();
        const std::array<const char*, 3> parts{"train", "validation", "test"};
        for (std::size_t p = 0; p < 3; ++p) row.right[p].add(trained.at("right").at(parts[p]), split.rows[p]);
        row.balanced += trained.at("balanced_accuracy").at("test").get<double>();
        for (int epsilon = table_.has_numbers ? 1 : 0; epsilon <= (table_.has_numbers ? largest_epsilon : 0); ++epsilon)
            evaluate(row, split, epsilon);
    }

    void evaluate(Row& row, const bench::UciSplit& split, int epsilon) {
        Words words{"evaluate", scratch_ + "/net.onnx", split.files[2], "--timeout", "10"};
        if (epsilon > 0) words.insert(words.end(), {"--epsilon", std::to_string(epsilon)});
        const bool with_fairness = epsilon <= 1 && !table_.sensitive.empty();
        if (with_fairness) words.insert(words.end(), {"--fair", names_of(table_.sensitive)});
        const json told = ask(words, 3600, 3);
        if (epsilon > 0) {
            row.certified[static_cast<std::size_t>(epsilon)].add(told.at("certified").at("test"), split.rows[2]);
            row.undecided += told.at("undecided").at("test").get<std::size_t>();
        }
        for (std::size_t s = 0; with_fairness && s < table_.sensitive.size(); ++s) {
            row.fair[s].add(told.at("right_and_fair").at(table_.sensitive[s]).at("test"), split.rows[2]);
            row.unfair[s].add(told.at("fairness_violations").at(table_.sensitive[s]).at("test"), split.rows[2]);
        }
    }

    /// Against the exact method without demands: of all test examples.
    std::string cost_of(const Row& row) const {
        if (&row == &rows_[1] || row.right[2].all != rows_[1].right[2].all) return "";
        return fmt::format("{:+.1f}", row.right[2].percent() - rows_[1].right[2].percent());
    }

    void print() const {
        fmt::print("\n## {}\n{} training, {} validation, {} test rows, {} split{}. Columns: {}.\n\n", table_.name,
                   sizes_[0], sizes_[1], sizes_[2], table_.splits, table_.splits == 1 ? "" : "s", table_.reason);
        std::string head = "| method | training | validation | test | to exact | balanced | weights |";
        std::string rule = "|---|---|---|---|---|---|---|";
        if (table_.has_numbers) head += " certified at epsilon 1 |", rule += "---|";
        for (const std::string& column : table_.sensitive) {
            head += fmt::format(" right whatever {} is | changes with {} |", column, column);
            rule += "---|---|";
        }
        fmt::print("{} answers |\n{}---|\n", head, rule);
        fmt::print("| majority vote | {} | {} | {} | | 50.0 % | 0 |", majority_[0].text(), majority_[1].text(),
                   majority_[2].text());
        if (table_.has_numbers) fmt::print(" {} |", majority_[2].text());
        for (std::size_t s = 0; s < table_.sensitive.size(); ++s) fmt::print(" {} | 0.0 % |", majority_[2].text());
        fmt::print(" |\n");
        for (const Row& row : rows_) print(row);
        std::fflush(stdout);
    }

    void print(const Row& row) const {
        const auto networks = static_cast<double>(table_.splits - row.without);
        if (networks == 0) {
            fmt::print("| {} | no network: {} |\n", row.name, row.statuses);
            return;
        }
        fmt::print("| {} | {} | {} | {} | {} | {:.1f} % | {:.0f} |", row.name, row.right[0].text(), row.right[1].text(),
                   row.right[2].text(), cost_of(row), 100 * row.balanced / networks,
                   static_cast<double>(row.weights) / networks);
        if (table_.has_numbers) fmt::print(" {} |", row.certified[1].text());
        for (std::size_t s = 0; s < table_.sensitive.size(); ++s)
            fmt::print(" {} | {} |", row.fair[s].text(), row.unfair[s].text());
        fmt::print(" {}{} |\n", row.statuses,
                   row.undecided == 0 ? "" : fmt::format("; {} certifications undecided", row.undecided));
    }

    void draw() const {
        const Row& gradient = rows_[0];
        report::Chart plot;
        plot.title = table_.name + ": accuracy against epsilon";
        plot.told =
            fmt::format("{} test examples{}; each point of the exact method is trained for its epsilon",
                        gradient.right[2].all, table_.splits == 1 ? "" : fmt::format(" of {} splits", table_.splits));
        plot.x.name = fmt::format("epsilon (1/{} of the range of each column of numbers)", levels);
        plot.x.whole = true;
        plot.y = {"test examples, %", false, false, false, 0.0, 100.0};
        report::Line exact{"exact: right", {}, 0, false, true, true, false};
        report::Line exact_certified{"exact: right and certified", {}, 0, false, false, true, false};
        report::Line plain{"gradient: right", {}, 1, false, true, true, false};
        report::Line plain_certified{"gradient: right and certified", {}, 1, false, false, true, false};
        report::Line majority{"majority vote", {}, 2, false, true, false, false};
        for (std::size_t epsilon = 0; epsilon <= largest_epsilon; ++epsilon) {
            const auto x = static_cast<double>(epsilon);
            const Row& row = rows_[epsilon == 0 ? 1 : first_robust_ + epsilon - 1];
            if (row.without == 0) {
                exact.points.emplace_back(x, row.right[2].percent());
                exact_certified.points.emplace_back(
                    x, epsilon == 0 ? row.right[2].percent() : row.certified[epsilon].percent());
            }
            plain.points.emplace_back(x, gradient.right[2].percent());
            plain_certified.points.emplace_back(
                x, epsilon == 0 ? gradient.right[2].percent() : gradient.certified[epsilon].percent());
            majority.points.emplace_back(x, majority_[2].percent());
        }
        plot.lines = {exact_certified, plain_certified, exact, plain, majority};
        std::string file = table_.name + ".svg";
        for (char& c : file) c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        std::ofstream out(pictures_ + "/epsilon_" + file);
        out << report::chart_svg(plot);
        if (!out) throw std::runtime_error("cannot write a picture into " + pictures_);
        fmt::print("\nepsilon: certified by the exact method trained for it, and by the gradient method:\n");
        for (std::size_t epsilon = 1; epsilon <= largest_epsilon; ++epsilon)
            fmt::print("- {}: {}; {}\n", epsilon, rows_[first_robust_ + epsilon - 1].certified[epsilon].text(),
                       gradient.certified[epsilon].text());
    }

    const bench::UciTable& table_;
    std::string program_;
    std::string data_;
    std::string pictures_;
    std::string scratch_;
    double seconds_;
    std::vector<Row> rows_;
    std::size_t first_robust_ = 0;
    std::array<Count, 3> majority_;
    std::array<std::size_t, 3> sizes_{};
};
}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 6) {
            fmt::print(stderr, "usage: train_uci SINEW DATA PICTURES SCRATCH SECONDS [NAME]\n");
            return 2;
        }
        for (const bench::UciTable& table : bench::uci_tables())
            if (argc < 7 || table.name.find(argv[6]) != std::string::npos)
                Study(table, {argv[1], argv[2], argv[3], argv[4]}, std::stod(argv[5])).run();
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
