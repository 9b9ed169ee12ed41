// SPDX-License-Identifier: Apache-2.0
// sinew train: a binarized network from a table, by constraints or by gradients.
#include <chrono>
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/naming_file.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/examples.hpp"
#include "cli/json_answer.hpp"
#include "cli/network_file.hpp"
#include "cli/print.hpp"
#include "cli/progress_lines.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/train_data.hpp"
#include "cli/train_options.hpp"
#include "cli/train_progress.hpp"
#include "cli/train_report.hpp"
#include "cli/within_limits.hpp"
#include "train/demands.hpp"
#include "train/preparation_text.hpp"
#include "train/to_network.hpp"
#include "train/training.hpp"

namespace sinew::cli {

extern const Command train_command;

namespace {
using Clock = std::chrono::steady_clock;

void describe_train(OptionGroups& options) {
    describe_columns(options);
    describe_training(options);
    describe_limits(options);
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"out", takes_text("FILE").ending_in("onnx npz bnn"), "the network: .onnx, .npz or .bnn; exit status 3 where there is none to write"},
        {"json", takes_optional_text("[=FILE]").ending_in("json"), "the result as JSON (docs/json.md) into FILE, or on standard output in place of the table"},
        report_option(),
        {"quiet,q", "no line for each improvement, no notes on the data"}};
    // clang-format on
    options.push_back(output);
    describe_database(options);
    describe_progress(options);
}

std::string_view word_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::optimum:
            return "optimal";
        case Outcome::feasible:
            return "feasible";
        case Outcome::unsat:
            return "infeasible";
        default:
            return "unknown";
    }
}

class Training {
  public:
    explicit Training(const Arguments& arguments)
        : table_(arguments.files.at(0)),
          settings_(train_settings_of(arguments)),
          quiet_(quiet(arguments)),
          search_settings_(settings_of(arguments)),
          json_("train", arguments),
          limits_(limits_of(arguments)) {
        threads_ = threads_of(arguments);
        if (arguments.has("out")) open_network_file(arguments.get<std::string>("out"));
    }

    ExitStatus run(const Arguments& arguments) {
        const auto train = [&] {
            begin(arguments);
            search();
        };
        within_limits(limits_, train, [&](const Stopped& why) { stop(why); });
        return tell();
    }

  private:
    void open_network_file(const std::string& path) {
        std::error_code ignored;
        has_older_network_ = std::filesystem::exists(path, ignored);
        out_.emplace(path);
        out_path_ = path;
    }

    /// Whoever asked for a network in a file must not take an older one there for the answer.
    std::string missing_network() const {
        if (!has_older_network_) return fmt::format("no network is written: there is no {}", out_path_);
        return fmt::format("no network is written: {} is an older one and no answer to this", out_path_);
    }

    void begin(const Arguments& arguments) {
        data_ = load_training_data(table_, settings_);
        if (!quiet_)
            for (const std::string& note : data_.notes) print_error("note: {}\n", note);
        pose_problem();
        if (settings_.warm_start) read_warm_start(arguments);
    }

    void search() {
        TrainProgress& progress =
            progress_.emplace(problem_, data_, quiet_, settings_.save_best_validation, json_.progress());
        // What is told at the end takes time too.
        const double left = limits_.seconds_left();
        const Limits limits = limits_.within(std::max(left - seconds_of_report(), 0.5 * left));
        train::ExactOptions options;
        options.settings = search_settings_;
        options.threads = threads_;
        options.warm_start = warm_start_;
        options.share = settings_.share;
        train::Trained trained =
            train::train_network(problem_, settings_, data_.validation ? &*data_.validation : nullptr,
                                 settings_.save_best_validation, std::move(options), limits, &progress);
        has_weights_ = trained.has_weights;
        result_ = std::move(trained.result);
        for (const std::string& note : result_.notes) add_note(note);
        if (result_.outcome == Outcome::optimum || result_.outcome == Outcome::feasible)
            require(train::satisfies(problem_, result_.weights), "what training answers satisfies what was asked");
        take_best_on_validation();
    }

    void take_best_on_validation() {
        if (!has_weights_ || !settings_.save_best_validation || !progress_->best_on_validation()) return;
        result_.weights = *progress_->best_on_validation();
        is_best_validation_ = true;
    }

    /// A limit ended the work in the midst: what was found before stands.
    void stop(const Stopped& why) {
        result_.stopped = why.reason;
        if (!progress_ || has_weights_ || !progress_->best()) return;
        result_.outcome = Outcome::feasible;
        result_.weights = progress_->best()->weights;
        result_.values = progress_->best()->values;
        result_.objective = result_.values.front();
        if (progress_->bound()) result_.bound = *progress_->bound();
        has_weights_ = true;
        take_best_on_validation();
    }

    void pose_problem() {
        if (settings_.robustness) {
            settings_.robustness->neighbours = data_.neighbours;
            settings_.robustness->neighbour_of = data_.neighbour_of;
        }
        std::vector<std::string> notes;
        try {
            problem_ = train::pose(data_.train, data_.preparation, settings_, notes);
        } catch (const InputError& error) {  // what the data are not, or have not
            throw InputError({table_, 0, 0}, error.what());
        }
        for (std::string& note : notes) add_note(std::move(note));
    }

    /// What --robust asks, as the report's table has it.
    std::string robust_text() const {
        std::vector<std::string> words;
        if (problem_.robustness->epsilon != 0 || settings_.robust_columns.empty())
            words.push_back(fmt::format("epsilon {}", problem_.robustness->epsilon));
        for (const auto& [column, epsilon] : settings_.robust_columns)
            words.push_back(fmt::format("{} {}", column, epsilon));
        if (settings_.neighbours) words.emplace_back("neighbours");
        const bool first = settings_.place == train::Robustness::Place::first_layer;
        return fmt::format("{}; {}", joined(words, ", "), first ? "first neurons" : "class");
    }

    void add_note(std::string note) {
        if (!quiet_) print_error("note: {}\n", note);
        data_.notes.push_back(std::move(note));
    }

    void read_warm_start(const Arguments& arguments) {
        const model::BinarizedNetwork network = load_binarized(*settings_.warm_start, arguments);
        warm_start_ = naming_file(*settings_.warm_start, [&] { return train::weights_of(network); });
        if (!train::fits(problem_, *warm_start_))
            throw InputError(
                {*settings_.warm_start, 0, 0}, "the network does not fit this training",
                fmt::format("{} inputs, layers of {} neurons, weights {}", data_.train.features,
                            joined(problem_.architecture.layers, ", "), settings_.zero_weights ? "-1, 0, 1" : "-1, 1"));
        if (network.preparation.empty()) return;
        const train::Preparation other = train::parse_preparation(network.preparation, *settings_.warm_start);
        if (other.feature_names() != data_.preparation.feature_names())
            add_note(fmt::format("{} was trained on other features: its weights are taken by their places",
                                 *settings_.warm_start));
    }

    /// An estimate of what passes over all examples take: each weight is read for each of them.
    double seconds_of_report() const {
        constexpr double passes = 5;
        constexpr double products_in_a_second = 2e9;
        double weights = 0;
        double below = static_cast<double>(data_.train.features);
        for (const std::size_t size : problem_.architecture.layers) {
            weights += below * static_cast<double>(size);
            below = static_cast<double>(size);
        }
        std::size_t rows = data_.train.rows();
        for (const std::optional<train::Examples>* part : {&data_.validation, &data_.test})
            rows += *part ? (*part)->rows() : 0;
        return passes * weights * static_cast<double>(rows) / products_in_a_second;
    }

    NetworkReport report() const {
        NetworkReport report;
        const train::Weights& weights = result_.weights;
        report.classes = data_.preparation.classes;
        for (const auto& layer : weights.layers) {
            report.weights += layer.size();
            report.layer_weights.emplace_back(layer.size(),
                                              layer.size() - static_cast<std::size_t>(std::ranges::count(layer, 0)));
        }
        report.weights_used = train::weights_used(weights);
        report.margins = train::margins_of(weights, data_.train, settings_.output);
        if (problem_.robustness) report.robust_text = robust_text();
        report.parts.push_back(part_report("train", data_.train));
        if (data_.validation) report.parts.push_back(part_report("validation", *data_.validation));
        if (data_.test) report.parts.push_back(part_report("test", *data_.test));
        return report;
    }

    /// Absent where the figures would take longer than a user waits who has set a limit or pressed Ctrl-C.
    std::optional<NetworkReport> report_in_time() const {
        constexpr double patience = 0.1;  // seconds after the limit
        const bool is_interrupted = limits_.reached() == StopReason::interrupted;
        const double seconds = patience + (is_interrupted ? 0 : std::max(limits_.seconds_left(), 0.0));
        std::optional<NetworkReport> told;
        within_limits(
            Limits(seconds, std::nullopt, nullptr), [&] { told = report(); }, [](const Stopped&) {});
        return told;
    }

    bool has_output_signs() const {
        return settings_.output == train::Output::signs && !problem_.architecture.single_output();
    }

    PartReport part_report(const std::string& name, const train::Examples& examples) const {
        const train::Weights& weights = result_.weights;
        PartReport part{name, train::confusion_of(weights, examples), std::nullopt, std::nullopt, std::nullopt, 0, {}};
        if (has_output_signs()) part.signs_right = train::count_right(weights, examples, settings_.output);
        if (problem_.robustness) {
            train::Robustness robustness = *problem_.robustness;
            if (name != "train") {  // neighbours are those of training examples
                robustness.neighbours.clear();
                robustness.neighbour_of.clear();
            }
            const std::vector<bool> robust = train::robust_examples(weights, examples, robustness, settings_.output);
            part.robust = 0;
            for (std::size_t k = 0; k < examples.rows(); ++k)
                if (robust[k] && train::is_right(train::sums_of(weights, examples.row(k)).back(), examples.labels[k]))
                    ++*part.robust;
        }
        const auto classify = [&](std::span<const std::int32_t> features) {
            return train::class_of(train::sums_of(weights, features).back());
        };
        if (settings_.fair.empty()) return part;
        std::vector<bool> right;
        for (std::size_t k = 0; k < examples.rows(); ++k)
            right.push_back(train::is_right(train::sums_of(weights, examples.row(k)).back(), examples.labels[k]));
        for (const std::string& column : settings_.fair) {
            const std::vector<bool> unfair =
                train::unfair_examples(classify, examples, data_.preparation.features_of(column));
            part.unfair.push_back(unfairness_of(column, unfair, right));
        }
        return part;
    }

    nlohmann::json result_json(const NetworkReport* report) const {
        nlohmann::json json = report == nullptr ? nlohmann::json::object() : report_json(*report);
        json["status"] = word_of(result_.outcome);
        json["method"] = settings_.method == train::Method::exact ? "exact" : "gradient";
        const bool has_values = !result_.values.empty();
        json["objective"] = has_values ? nlohmann::json(result_.objective) : nullptr;
        json["objectives"] = nlohmann::json::array();
        for (std::size_t i = 0; i < problem_.objectives.size(); ++i)
            json["objectives"].push_back({{"name", objective_name(problem_.objectives[i])},
                                          {"value", has_values ? nlohmann::json(result_.values[i]) : nullptr}});
        const bool has_bound = settings_.method == train::Method::exact && result_.outcome != Outcome::unsat;
        json["bound"] = has_bound ? nlohmann::json(result_.bound) : nullptr;
        json["proof"] = result_.method.empty() ? nullptr : nlohmann::json(result_.method);
        json["seconds"] = seconds_;
        json["stopped"] = result_.stopped == StopReason::none ? nullptr : nlohmann::json(to_string(result_.stopped));
        json["least_right"] = problem_.least_right;
        json["best_validation"] = is_best_validation_;
        json["layers"] = problem_.architecture.layers;
        json["features"] = data_.preparation.feature_names();
        json["notes"] = data_.notes;
        json["network"] = out_ && has_weights_ ? nlohmann::json(out_path_) : nullptr;
        if (report == nullptr) {
            json["weights_used"] = nullptr;
            for (const char* part : {"train", "validation", "test"}) json["accuracy"][part] = nullptr;
        }
        return json;
    }

    /// The values of all objectives, the first with what is proven of it.
    std::string objectives_text() const {
        std::string text;
        for (std::size_t i = 0; i < problem_.objectives.size(); ++i) {
            text += fmt::format("{}{} {}", i == 0 ? "" : ", then ", objective_name(problem_.objectives[i]),
                                result_.values[i]);
            if (i == 0 && settings_.method == train::Method::exact) text += fmt::format(", bound {}", result_.bound);
        }
        return text;
    }

    /// What an answer without an optimum means.
    std::string_view explanation() const {
        if (result_.outcome == Outcome::unsat)
            return "proven: no network of these layers satisfies what is asked (rho, robustness, fairness)";
        if (result_.outcome != Outcome::unknown) return "";
        if (has_weights_) return "this network does not satisfy what is asked (rho, robustness or fairness)";
        return "no network that satisfies what is asked was found, and none was proven not to exist";
    }

    ExitStatus tell() {
        if (progress_) seconds_ = progress_->seconds();
        std::optional<NetworkReport> told;
        if (has_weights_) {
            told = report_in_time();
            if (out_) out_->write(train::to_network(result_.weights, data_.preparation));
        }
        if (json_.is_wanted()) json_.give(result_json(told ? &*told : nullptr));
        if (json_.leaves_text()) {
            print_out("{}\n", word_of(result_.outcome));
            if (!result_.values.empty() && result_.outcome != Outcome::unknown) print_out("{}\n", objectives_text());
            if (result_.stopped != StopReason::none) print_out("stopped: {}\n", to_string(result_.stopped));
            print_out("{} training examples, {} features, layers {}, {:.1f} s\n", data_.train.rows(),
                      data_.train.features, joined(problem_.architecture.layers, "-"), seconds_);
            if (!explanation().empty()) print_out("{}\n", explanation());
            if (out_ && !has_weights_) print_out("{}\n", missing_network());
            if (is_best_validation_) print_out("the network below is the best on the validation examples\n");
            if (told)
                write_output(report_text(*told));
            else if (has_weights_)
                print_out("its figures are left out: they take longer than the limit (sinew evaluate tells them)\n");
        } else if (out_ && !has_weights_) {
            print_error("note: {}\n", missing_network());
        }
        if (settings_.method == train::Method::gradient) return has_weights_ ? answered : no_answer;
        return result_.outcome == Outcome::unknown || (out_ && !has_weights_) ? no_answer : answered;
    }

    std::string table_;
    TrainSettings settings_;
    bool quiet_;
    Settings search_settings_;
    int threads_ = 1;
    std::optional<NetworkFile> out_;
    std::string out_path_;
    bool has_older_network_ = false;  ///< in that file, before
    JsonAnswer json_;
    TrainingData data_;
    Limits limits_;
    train::Problem problem_;
    std::optional<train::Weights> warm_start_;
    train::ExactResult result_;
    bool has_weights_ = false;
    bool is_best_validation_ = false;
    double seconds_ = 0;
    std::optional<TrainProgress> progress_;  ///< of the search; absent before
};

ExitStatus run_train(const Arguments& arguments) {
    if (arguments.files.size() != 1)
        throw UsageError("sinew train needs one table of training examples; see sinew help train");
    Training training(arguments);
    return training.run(arguments);
}
}  // namespace

const Command train_command{
    "train",
    "a binarized network from a table, with proven objectives",
    "train [OPTION...] TABLE --label COLUMN\n"
    "train [OPTION...] IMAGES --labels FILE",
    "TABLE: cells separated by commas, semicolons, tabs or blanks. All columns but the label are features; what "
    "becomes of each column is kept in the network's file, so that `sinew certify` and `sinew evaluate` take rows as "
    "the table has them.\n"
    "\n"
    "The first line of the answer is optimal (proven), feasible (a limit was reached), infeasible (proven) or unknown. "
    "--method gradient trains as most people do; its network is the exact method's first, too. docs/training.md tells "
    "more.",
    "# the least weights with which 90 % of the examples are right, proven to be the least\n"
    "sinew train inputs/train/berries.csv --label taste --layers 2 --objective min-weight --rho 0.9 --out berries.bnn\n"
    "# a minute at most: the best network that is found, and how far from the best it can be\n"
    "sinew train train.csv --label poisonous --layers 2 --timeout 60 --out net.onnx\n"
    "# by gradients, the best of several runs by a fifth of the examples\n"
    "sinew train train.csv --label poisonous --method gradient --validation-split 0.2 --out net.onnx",
    describe_train,
    run_train,
    json_option,
    json_suffix,
    "csv tsv txt idx3-ubyte",
    "",
    "0 optimal, feasible or infeasible\n"
    "3 no answer: no network was found before a limit or Ctrl-C; or there is none to write into --out",
};

}  // namespace sinew::cli
