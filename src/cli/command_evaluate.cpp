// SPDX-License-Identifier: Apache-2.0
// sinew evaluate: what a binarized network gets right on labelled examples, with exact figures.

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/limit_scope.hpp"
#include "base/naming_file.hpp"
#include "bnn/certify.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/examples.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"
#include "cli/train_options.hpp"
#include "cli/train_report.hpp"
#include "cli/within_limits.hpp"
#include "exact/decimal.hpp"
#include "train/to_network.hpp"

namespace sinew::cli {

extern const Command evaluate_command;

namespace {
using Words = std::vector<std::string>;

void describe_evaluate(OptionGroups& options) {
    OptionGroup group("examples");
    OptionGroup asked("what is counted");
    OptionGroup output("limits and output");
    // clang-format off
    group.options = {
        {"label", takes_text("COLUMN"), "the column of the classes: its name, or its number from 1 (default: the one the network was trained on, or the last where there is one more than the network has inputs)"},
        {"labels", takes_text("FILE"), "the classes of the examples: idx, or a text of whole numbers"},
        {"header", takes_text("yes|no").among({"yes", "no"}), "whether the first row of a table has names (default: if none of its cells is a number)"},
        {"input", takes_text("KIND").among(input_kinds()), "what the network's inputs are, where the file does not tell: bits, signs, pixels, unit or integers"},
        {"binarize", takes_text("BYTE"), "images for a network over bits or signs: true is a pixel of this byte or more"},
        {"resize", "scale images to the network's square input"},
        {"skip", takes_text("N"), "leave out the first N examples"},
        {"limit", takes_text("N"), "at most N examples"}};
    asked.options = {
        {"epsilon", takes_text("E"), "how many right examples keep their class while every input changes by up to E: each is certified"},
        {"sensitive", takes_texts("COLUMNS"), "with --epsilon: these columns of the table alone change (names, or numbers from 1, with commas between)"},
        {"fair", takes_texts("COLUMNS"), "how many examples change their class with this column alone, over the values that it has in the data (names, or numbers from 1, with commas between)"}};
    output.options = {
        {"timeout", takes_text("SECONDS"), "for all but the certifications, and for the certification of each example (20, 0.5, 2m)"},
        {"memory", takes_text("BYTES"), "stop above this memory (500M, 4G)"},
        seed_option(),
        set_option(),
        {"json", takes_optional_text("[=FILE]").ending_in("json"), "the figures as JSON (docs/json.md) into FILE, or on standard output in place of the table"},
        report_option()};
    // clang-format on
    options.push_back(group);
    options.push_back(asked);
    options.push_back(output);
}

/// The command line as Examples reads it, where --label is a class and --label-column a column.
Arguments example_arguments(const Arguments& arguments) {
    Arguments adapted = arguments;
    adapted.options.erase("label");
    if (arguments.has("label")) adapted.options.insert_or_assign("label-column", arguments.get<std::string>("label"));
    return adapted;
}

class Evaluation {
  public:
    /// `limits`: of all but the certification of single examples; the first of those has it too.
    Evaluation(const Arguments& arguments, const Limits& limits)
        : arguments_(arguments),
          limits_(limits),
          memory_(memory_of(arguments, 1)),
          network_(load_binarized(arguments.files.at(0), arguments)),
          folded_(fold(network_, arguments.files.at(0))),
          examples_(Words(arguments.files.begin() + 1, arguments.files.end()), example_arguments(arguments), network_),
          part_{"test", train::Confusion(folded_.class_count()), std::nullopt, std::nullopt, std::nullopt, 0, {}},
          json_("evaluate", arguments) {
        if (arguments.has("timeout")) timeout_ = parse_seconds("timeout", arguments.get<std::string>("timeout"));
        if (!examples_.label(0))
            throw InputError({arguments.files.at(1), 0, 0},
                             arguments.has("label") ? fmt::format("there is no column '{}' (the label)",
                                                                  arguments.get<std::string>("label"))
                                                    : std::string("the examples have no labels"),
                             "a column of labels (--label COLUMN) or --labels FILE");
        for (const std::string& note : examples_.notes()) print_error("note: {}\n", note);
        for (const std::string& column : columns_of(arguments, "fair"))
            fair_.push_back(examples_.inputs_of(column, "fair"));
        if (!arguments.has("epsilon")) {
            if (arguments.has("sensitive"))
                throw UsageError("--sensitive needs --epsilon E (--fair COLUMN counts any value)");
            return;
        }
        perturbation_.radius = parse_number(arguments.get<std::string>("epsilon"));
        if (!perturbation_.radius || *perturbation_.radius < 0)
            throw UsageError("--epsilon wants a number from 0, such as 1, 0.1 or 1/10");
        Words sensitive;
        for (const std::string& column : columns_of(arguments, "sensitive")) {
            const Examples::NamedInputs named = examples_.inputs_of(column, "sensitive");
            perturbation_.only.insert(perturbation_.only.end(), named.inputs.begin(), named.inputs.end());
            sensitive.push_back(named.name);
        }
        if (perturbation_.only.empty() && *perturbation_.radius > 0)
            perturbation_.only = examples_.inputs_with_distances();
        report_.epsilon = arguments.get<std::string>("epsilon");
        if (!sensitive.empty()) report_.epsilon += fmt::format(" of {}", joined(sensitive, ", "));
        part_.certified = 0;
    }

    ExitStatus run() {
        const auto classify = [&] {
            for (std::size_t i = 0; i < examples_.count(); ++i) {
                check_limits();
                evaluate(i);
            }
        };
        within_limits(limits_, classify, [&](const Stopped& why) { stop(why); });
        if (perturbation_.radius) certify();
        for (const Examples::NamedInputs& column : fair_) {
            if (!stopped_.empty()) break;
            const Limits limits = perturbation_.radius ? fresh_limits() : limits_;
            within_limits(
                limits, [&] { count_unfair(column); }, [&](const Stopped& why) { stop(why); });
        }
        finish();
        return part_.undecided == 0 && stopped_.empty() ? answered : no_answer;
    }

  private:
    void stop(const Stopped& why) { stopped_ = why.text; }
    Limits fresh_limits() const { return Limits(timeout_, memory_, interrupt_flag()); }

    /// The label where it wins alone, else the best of the others.
    std::uint32_t told(std::span<const std::int64_t> scores, std::size_t label) const {
        const std::size_t best = threshold::class_of(folded_, scores);
        if (best != label) return static_cast<std::uint32_t>(best);
        for (std::size_t c = 0; c < folded_.class_count(); ++c)
            if (c != label && threshold::wins(folded_, c, label, threshold::Ties::count, scores))
                return static_cast<std::uint32_t>(c);
        return static_cast<std::uint32_t>(label);
    }

    void evaluate(std::size_t i) {
        const std::vector<Rational> input = examples_.input(i);
        const std::size_t label = *examples_.label(i);
        const threshold::Activity activity = threshold::evaluate(folded_, folded_.digits_of(input));
        const std::uint32_t answer = told(activity.scores, label);
        ++part_.confusion.counts[label][answer];
        right_.push_back(answer == label);
    }

    /// The right ones among those that are evaluated.
    void certify() {
        const std::atomic<bool>* interrupted = interrupt_flag();
        Limits limits = limits_;
        for (std::size_t i = 0; i < right_.size(); ++i) {
            if (!right_[i]) continue;
            bnn::Status status = bnn::Status::unknown;
            const auto decide = [&] {
                bnn::CertifyOptions options;
                options.settings = settings_of(arguments_);
                status = bnn::certify({network_, folded_}, examples_.input(i), *examples_.label(i), perturbation_,
                                      options, limits)
                             .status;
            };
            if (!interrupted->load())
                naming_file(arguments_.files.at(0), [&] { within_limits(limits, decide, [](const Stopped&) {}); });
            *part_.certified += status == bnn::Status::certified ? 1 : 0;
            part_.undecided += status == bnn::Status::unknown ? 1 : 0;
            limits = fresh_limits();
        }
    }

    void count_unfair(const Examples::NamedInputs& column) {
        train::Examples rows{network_.input_size(), folded_.class_count(), {}, {}};
        for (std::size_t i = 0; i < right_.size(); ++i) {
            check_limits();
            for (const Rational& value : examples_.input(i)) {
                if (value.get_den() != 1)
                    throw InputError({examples_.place(i), 0, 0}, "--fair: an input is " + sinew::to_string(value),
                                     "whole numbers");
                rows.values.push_back(static_cast<std::int32_t>(value.get_num().get_si()));
            }
            rows.labels.push_back(static_cast<std::uint32_t>(*examples_.label(i)));
        }
        const auto classify = [&](std::span<const std::int32_t> features) {
            const std::vector<Rational> input(features.begin(), features.end());
            const threshold::Activity activity = threshold::evaluate(folded_, folded_.digits_of(input));
            return static_cast<std::uint32_t>(threshold::class_of(folded_, activity.scores));
        };
        const std::vector<bool> unfair = train::unfair_examples(classify, rows, column.inputs);
        part_.unfair.push_back(unfairness_of(column.name, unfair, right_));
    }

    void finish() {
        report_.classes = examples_.class_names();
        for (std::size_t c = report_.classes.size(); c < folded_.class_count(); ++c)
            report_.classes.push_back(std::to_string(c));
        report_.weights = network_.weight_count();
        std::int64_t used = 0;
        for (const model::BinarizedOperation& operation : network_.operations)
            if (const auto* linear = std::get_if<model::BinarizedLinear>(&operation))
                for (const std::int8_t weight : linear->weights) used += weight != 0 ? 1 : 0;
        report_.weights_used = used;
        report_.parts.push_back(part_);
        if (json_.is_wanted()) {
            nlohmann::json json = report_json(report_);
            json["files"] = arguments_.files;
            json["notes"] = examples_.notes();
            json["stopped"] = stopped_.empty() ? nullptr : nlohmann::json(stopped_);
            json_.give(json);
        }
        if (!json_.leaves_text()) return;
        if (!stopped_.empty())
            print_out("stopped: {}; {} of {} examples are evaluated\n", stopped_, right_.size(), examples_.count());
        write_output(report_text(report_));
    }

    const Arguments& arguments_;
    Limits limits_;
    std::optional<std::size_t> memory_;
    model::BinarizedNetwork network_;
    threshold::ThresholdNetwork folded_;
    Examples examples_;
    PartReport part_;
    std::vector<Examples::NamedInputs> fair_;
    std::vector<bool> right_;  ///< by example, as far as they are evaluated
    std::string stopped_;      ///< by which limit; empty where all is done
    NetworkReport report_;
    threshold::Perturbation perturbation_;
    std::optional<double> timeout_;
    JsonAnswer json_;
};

ExitStatus run_evaluate(const Arguments& arguments) {
    if (arguments.files.size() < 2)
        throw UsageError("sinew evaluate needs a network and a data set; see sinew help evaluate");
    const Limits limits = limits_of(arguments);
    std::optional<Evaluation> evaluation;
    const auto read = [&] {
        evaluation.emplace(arguments, limits);
        return true;
    };
    const auto give_up = [](const Stopped& why) {
        say_stopped(why);
        return false;
    };
    Watchdog watchdog(limits, 1, say_stopped);
    const bool is_read = watchdog.guard([&] { return within_limits(limits, read, give_up); });
    return is_read ? evaluation->run() : no_answer;
}
}  // namespace

const Command evaluate_command{
    "evaluate",
    "accuracy, confusion, robustness and fairness of a binarized network",
    "evaluate [OPTION...] NETWORK DATA...",
    "NETWORK: any binarized network that `sinew certify` reads. Of one that `sinew train` wrote DATA is a table with "
    "the training table's columns; else its columns are the network's inputs. An equal score of another class is a "
    "mistake. Every figure is exact.",
    "# how many examples are right, by class\n"
    "sinew evaluate inputs/bnn/strokes.bnn inputs/bnn/strokes.csv\n"
    "# the network that sinew train wrote, on rows that it has not seen\n"
    "sinew evaluate net.onnx test.csv --label poisonous\n"
    "# how many keep their class within epsilon 2, and whatever the column age says\n"
    "sinew evaluate net.onnx test.csv --label credit_rating --epsilon 2 --fair age",
    describe_evaluate,
    run_evaluate,
    json_option,
    json_suffix,
    "onnx npz bnn dnn csv tsv txt idx3-ubyte",
    "",
    "0 the figures",
};

}  // namespace sinew::cli
