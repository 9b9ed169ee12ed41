// sinew certify: robustness of a binarized network, example by example.
#include <cerrno>
#include <chrono>
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/naming_file.hpp"
#include "base/output_error.hpp"
#include "bnn/certify.hpp"
#include "cli/certify_report.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/examples.hpp"
#include "cli/export_question.hpp"
#include "cli/journal.hpp"
#include "cli/json_answer.hpp"
#include "cli/output_file.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"
#include "cli/sha256.hpp"
#include "cli/within_limits.hpp"
#include "exact/decimal.hpp"
#include "threshold/fold.hpp"
#include "write/bnn_text.hpp"
#include "write/png.hpp"

namespace sinew::cli {

extern const Command certify_command;

namespace {
using Clock = std::chrono::steady_clock;

void describe(OptionGroups& options) {
    OptionGroup ball("perturbation");
    // clang-format off
    ball.options = {
        {"epsilon", takes_text("E"), "the largest change, a number such as 1, 0.1 or 1/10, in the units of the network's inputs"},
        {"norm", takes_text("NORM"), "of the change: inf (default), 0, 1 or 2"},
        {"flips", takes_text("K"), "at most K inputs change, to any value: --norm 0 --epsilon K"},
        {"sensitive", takes_texts("COLUMN"), "only this column changes, to any value: its name, or its number from 1; may be given several times, and with --epsilon"},
        {"target", takes_text("CLASS"), "ask for this class alone"},
        {"minimal", "find the smallest change, with a proven bound; --epsilon is then the largest that is looked at"},
        {"ties-are-safe", "an equal score of another class is no violation"}};
    OptionGroup output("limits and output");
    output.options = {
        {"timeout", takes_text("SECONDS"), "for each example (20, 0.5, 2m)"},
        {"memory", takes_text("BYTES"), "stop above this memory (500M, 4G); the answer is then unknown"},
        seed_option(),
        set_option(),
        {"json", takes_optional_text("[=FILE]"), "everything as JSON (docs/json.md) into FILE, or on standard output in place of the table"},
        report_option(),
        {"images", takes_text("FOLDER"), "adversarial images as PNG, where the network reads images"},
        {"export", takes_text("FILE"), "write the questions for other tools instead of answering them: .opb, .cnf or .smt2; %d in the name is the example's row"},
        {"resume", takes_text("FILE"), "write every answer into this journal at once, and go on where it ends; it must be of the same network, data and options"},
        {"quiet,q", "the summary alone, no progress"}};
    // clang-format on
    options.push_back(ball);
    describe_examples(options);
    options.push_back(output);
}

Rational number_option(const Arguments& arguments, const char* option) {
    const auto& text = arguments.get<std::string>(option);
    const std::optional<Rational> value = parse_number(text);
    if (!value)
        throw UsageError(fmt::format("--{} cannot be '{}' (expected a number such as 1, 0.1 or 1/10)", option, text));
    return *value;
}

threshold::Norm norm_of(const Arguments& arguments) {
    if (!arguments.has("norm")) return threshold::Norm::infinity;
    const auto& name = arguments.get<std::string>("norm");
    if (name == "inf") return threshold::Norm::infinity;
    if (name == "0") return threshold::Norm::zero;
    if (name == "1") return threshold::Norm::one;
    if (name == "2") return threshold::Norm::two;
    throw UsageError(fmt::format("--norm cannot be '{}' (expected inf, 0, 1 or 2)", name));
}

/// Every change of every input is within this distance.
Rational largest_distance(const model::BinarizedNetwork& network, threshold::Norm norm) {
    const model::InputRange range = model::range_of(network.input);
    const Rational width = range.upper - range.lower;
    const auto inputs = static_cast<unsigned long>(network.input_size());
    if (norm == threshold::Norm::zero) return Rational(inputs);
    return norm == threshold::Norm::infinity ? width : Rational(width * inputs);
}

threshold::Perturbation perturbation_of(const Arguments& arguments, const model::BinarizedNetwork& network,
                                        const Examples& examples) {
    threshold::Perturbation perturbation;
    perturbation.norm = norm_of(arguments);
    if (arguments.has("flips")) {
        if (arguments.has("epsilon") || arguments.has("norm"))
            throw UsageError("--flips K stands for --norm 0 --epsilon K");
        perturbation.norm = threshold::Norm::zero;
        perturbation.radius = number_option(arguments, "flips");
    } else if (arguments.has("epsilon")) {
        perturbation.radius = number_option(arguments, "epsilon");
    } else if (!arguments.has("sensitive") && !arguments.has("minimal")) {
        throw UsageError("how much may change? --epsilon E, --flips K, --sensitive COLUMN or --minimal");
    }
    if (perturbation.radius) {
        const char* option = arguments.has("flips") ? "--flips" : "--epsilon";
        const Rational most = largest_distance(network, perturbation.norm);
        if (*perturbation.radius < 0 || *perturbation.radius > most)
            throw InputError({option, 0, 0}, fmt::format("the radius is {}", to_string(*perturbation.radius)),
                             fmt::format("0 to {}, the largest distance between two inputs", to_string(most)));
    }
    if (arguments.has("sensitive"))
        for (const std::string& name : arguments.get<std::vector<std::string>>("sensitive"))
            for (const std::uint32_t input : examples.inputs_of(name, "sensitive").inputs)
                perturbation.only.push_back(input);
    else if (perturbation.radius && *perturbation.radius > 0 && perturbation.norm != threshold::Norm::zero)
        perturbation.only = examples.inputs_with_distances();
    perturbation.usual = examples.usual_ranges();
    return perturbation;
}

/// The options on which answers depend.
nlohmann::json parameters_of(const Arguments& arguments) {
    nlohmann::json parameters;
    for (const char* option : {"epsilon", "norm", "flips", "target", "timeout", "memory", "seed", "label",
                               "label-column", "header", "input", "binarize"})
        parameters[option] = arguments.has(option) ? nlohmann::json(arguments.get<std::string>(option)) : nullptr;
    parameters["sensitive"] = arguments.has("sensitive")
                                  ? nlohmann::json(arguments.get<std::vector<std::string>>("sensitive"))
                                  : nlohmann::json::array();
    if (arguments.has("set")) parameters["set"] = arguments.get<std::vector<std::string>>("set");
    for (const char* option : {"minimal", "ties-are-safe", "resize"}) parameters[option] = arguments.has(option);
    return parameters;
}

/// What a journal must agree on beside the options.
Question question_of(const Arguments& arguments, model::BinarizedNetwork network, const Examples& examples) {
    if (network.input_shape.size() != 3) network.input_shape = {network.input_size()};  // the text form has no others
    Question question;
    question.network = sha256(write::bnn_text(network));
    question.data = examples.digests();
    if (arguments.has("labels")) {
        question.labels = question.data.back();
        question.data.pop_back();
    }
    question.files = arguments.files;
    return question;
}

/// One line on a terminal, redrawn: how many examples are done, and how long the rest may take.
class ProgressLine {
  public:
    ProgressLine(bool quiet, std::size_t count) : draws_(!quiet && isatty(STDERR_FILENO) == 1), count_(count) {}
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { erase(); }

    void draw(std::size_t done, const std::string& detail = {}) {
        if (!draws_) return;
        const double passed = std::chrono::duration<double>(Clock::now() - begin_).count();
        std::string line = fmt::format("{} of {}", done, count_);
        if (done > skipped_)
            line += fmt::format("  {} left", duration_text(passed / static_cast<double>(done - skipped_) *
                                                           static_cast<double>(count_ - done)));
        if (!detail.empty()) line += "  " + detail;
        print_error("\r\x1b[K{:.79}", line);
        drawn_ = true;
    }
    void erase() {
        if (drawn_) write_errors("\r\x1b[K");
        drawn_ = false;
    }
    /// An example whose answer was known already.
    void skip() { ++skipped_; }

  private:
    bool draws_;
    bool drawn_ = false;
    std::size_t count_;
    std::size_t skipped_ = 0;
    Clock::time_point begin_ = Clock::now();
};

/// All records as JSON, where it is asked for, and their summary; `examples` if they are read.
CertifySummary tell_summary(const Arguments& arguments, const std::vector<CertifyRecord>& records, JsonAnswer& out,
                            const Examples* examples) {
    const CertifySummary summary = summarize(records);
    if (out.is_wanted()) {
        nlohmann::json json = parameters_of(arguments);
        json["files"] = arguments.files;
        json["labels"] = arguments.has("labels") ? nlohmann::json(arguments.get<std::string>("labels")) : nullptr;
        json["examples"] = nlohmann::json::array();
        for (const CertifyRecord& record : records) json["examples"].push_back(to_json(record));
        json["summary"] = summary_json(summary);
        json["classes"] = examples != nullptr ? examples->class_names() : std::vector<std::string>{};
        json["notes"] = examples != nullptr ? examples->notes() : std::vector<std::string>{};
        out.give(json);
    }
    if (out.leaves_text()) write_output(summary_text(summary));
    return summary;
}

class Campaign {
  public:
    /// `first`: of reading and of the first example.
    Campaign(const Arguments& arguments, const Limits& first)
        : arguments_(arguments),
          memory_(memory_of(arguments, 1)),
          first_(first),
          network_(load_binarized(arguments.files.at(0), arguments)),
          folded_(fold(network_, arguments.files.at(0))),
          examples_(std::vector<std::string>(arguments.files.begin() + 1, arguments.files.end()), arguments, network_),
          perturbation_(perturbation_of(arguments, network_, examples_)),
          json_("certify", arguments),
          quiet_(quiet(arguments)) {
        if (arguments.has("timeout")) timeout_ = parse_seconds("timeout", arguments.get<std::string>("timeout"));
        if (arguments.has("target"))
            options_.target = examples_.class_of(arguments.get<std::string>("target"), "target");
        if (arguments.has("ties-are-safe")) options_.ties = threshold::Ties::do_not_count;
        options_.settings = settings_of(arguments);
        if (arguments.has("images")) prepare_images();
        if (arguments.has("export")) prepare_export();
    }

    ExitStatus run() {
        if (!quiet_)
            for (const std::string& note : examples_.notes()) print_error("note: {}\n", note);
        std::optional<Journal> journal;
        if (arguments_.has("resume")) {
            const auto& path = arguments_.get<std::string>("resume");
            journal.emplace(path, question_of(arguments_, network_, examples_), parameters_of(arguments_));
            if (journal->dropped() != 0)
                print_error("note: {}: the last line was cut off when it was written; its {} bytes are dropped\n", path,
                            journal->dropped());
        }
        const std::atomic<bool>* interrupted = interrupt_flag();
        const bool tells = !quiet_ && json_.leaves_text();
        bool is_first = true;
        if (tells) write_output(classes_line(examples_.class_names()) + table_head());
        ProgressLine progress(quiet_, examples_.count());
        progress_ = &progress;
        bool stopped = false;
        for (std::size_t i = 0; i < examples_.count() && !stopped; ++i) {
            progress.draw(i);
            const auto known = journal ? journal->done().find(examples_.row(i)) : decltype(journal->done().end()){};
            if (journal && known != journal->done().end()) {
                records_.push_back(known->second);
                progress.skip();
            } else {
                const Limits limits = is_first ? first_ : Limits(timeout_, memory_, interrupted);
                is_first = false;
                CertifyRecord record = naming_file(arguments_.files.at(0), [&] { return answer(i, limits); });
                stopped = interrupted->load() && record.status == "unknown";
                if (stopped) break;  // a limit of ours would have been an answer
                if (journal) journal->append(record);
                records_.push_back(std::move(record));
            }
            progress.erase();
            if (tells) write_output(table_line(records_.back()));
            flush_output();  // into a pipe at once, too
            stopped = interrupted->load();
        }
        progress.erase();
        progress_ = nullptr;
        return finish();
    }

    bool exports() const { return exporter_.has_value(); }

    ExitStatus export_questions() {
        for (std::size_t i = 0; i < examples_.count(); ++i) {
            check_limits();
            bnn::Asked asked{folded_, examples_.input(i), 0, perturbation_, options_.ties, options_.target, {}};
            const threshold::Activity activity = threshold::evaluate(folded_, folded_.digits_of(asked.input));
            asked.label = examples_.label(i).value_or(threshold::class_of(folded_, activity.scores));
            asked.input_names = examples_.input_names();
            const std::string told = naming_file(arguments_.files.at(0), [&] {
                return exporter_->write(examples_.row(i), bnn::Question(std::move(asked)));
            });
            if (!quiet_) print_out("{}\n", told);
        }
        return answered;
    }

  private:
    void prepare_images() const {
        if (examples_.image_shape().empty())
            throw InputError({arguments_.files.at(0), 0, 0}, "--images: the network reads no images");
        const auto& folder = arguments_.get<std::string>("images");
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) throw OutputError(folder, error.value());
        if (access(folder.c_str(), W_OK | X_OK) != 0) throw OutputError(folder, errno);
    }

    void prepare_export() {
        for (const char* option : {"json", "images", "resume", "timeout"})
            if (arguments_.has(option))
                throw UsageError(
                    fmt::format("--export writes questions and answers none: --{} has no part in it", option));
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < examples_.count(); ++i) rows.push_back(examples_.row(i));
        const bnn::Aim aim = arguments_.has("minimal") ? bnn::Aim::nearest_violation : bnn::Aim::violation;
        exporter_.emplace(arguments_.get<std::string>("export"), aim, rows);
    }

    CertifyRecord answer(std::size_t i, const Limits& limits) {
        const Clock::time_point begin = Clock::now();
        const std::vector<Rational> input = examples_.input(i);
        CertifyRecord record;
        record.label = examples_.label(i).value_or(0);
        record.row = examples_.row(i);
        const auto work = [&] {
            const threshold::Activity activity = threshold::evaluate(folded_, folded_.digits_of(input));
            record.predicted = threshold::class_of(folded_, activity.scores);
            record.label = examples_.label(i).value_or(record.predicted);
            if (arguments_.has("minimal"))
                find_minimal(input, limits, record);
            else
                decide(input, limits, record);
        };
        within_limits(limits, work, [&](const Stopped&) { record.status = bnn::to_string(bnn::Status::unknown); });
        record.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return record;
    }

    void decide(const std::vector<Rational>& input, const Limits& limits, CertifyRecord& record) {
        const bnn::Certificate found =
            bnn::certify({network_, folded_}, input, record.label, perturbation_, options_, limits);
        record.status = bnn::to_string(found.status);
        record.decided_by = found.decided_by;
        record.statistics = found.statistics.figures();
        if (found.status == bnn::Status::wrong) record.adversarial_class = found.adversarial_class;
        if (found.status == bnn::Status::falsified)
            add_adversarial(input, found.adversarial, found.adversarial_class, record);
    }

    void find_minimal(const std::vector<Rational>& input, const Limits& limits, CertifyRecord& record) {
        /// The best so far, on the progress line too; it is the answer if a limit ends the work in the midst.
        class Best : public bnn::MinimalListener {
          public:
            Best(ProgressLine* line, std::size_t done) : line_(line), done_(done) {}
            void improved(const bnn::MinimalPerturbation& now) override {
                found = now;
                const auto length = [&](std::int64_t units) { return Rational(now.unit * units).get_d(); };
                const std::string most = now.distance ? fmt::format(" to {:.6g}", length(*now.distance)) : " or more";
                if (line_ != nullptr) line_->draw(done_, fmt::format("distance {:.6g}{}", length(now.bound), most));
            }
            bnn::MinimalPerturbation found;

          private:
            ProgressLine* line_;
            std::size_t done_;
        };
        Best best(progress_, records_.size());
        bnn::MinimalPerturbation found;
        try {
            found = bnn::minimal_perturbation({network_, folded_}, input, record.label, perturbation_, options_, limits,
                                              &best);
        } catch (const std::bad_alloc&) {
            found = std::move(best.found);
        } catch (const LimitReached&) {
            found = std::move(best.found);
        }
        record.status = bnn::to_string(found.status);
        record.bound = to_string(Rational(found.unit * found.bound));
        record.statistics = found.statistics.figures();
        if (found.distance) add_adversarial(input, found.adversarial, found.adversarial_class, record);
    }

    void add_adversarial(const std::vector<Rational>& input, const std::vector<Rational>& adversarial,
                         std::size_t other, CertifyRecord& record) {
        record.adversarial_class = other;
        record.distance = to_string(threshold::distance(perturbation_.norm, input, adversarial));
        for (std::size_t j = 0; j < input.size(); ++j)
            if (adversarial[j] != input[j]) record.changes.push_back({j, to_string(adversarial[j])});
        if (!arguments_.has("images")) return;
        const std::vector<std::size_t>& shape = examples_.image_shape();
        const std::filesystem::path path = std::filesystem::path(arguments_.get<std::string>("images")) /
                                           fmt::format("{}_{}_as_{}.png", record.row, record.label, other);
        OutputFile(path.string()).write(write::png(shape[0], shape[1], shape[2], examples_.image(adversarial)));
    }

    ExitStatus finish() {
        const CertifySummary summary = tell_summary(arguments_, records_, json_, &examples_);
        return summary.unknown == 0 && summary.examples == examples_.count() ? answered : no_answer;
    }

    const Arguments& arguments_;
    std::optional<std::size_t> memory_;  ///< before all that reads
    Limits first_;
    model::BinarizedNetwork network_;
    threshold::ThresholdNetwork folded_;
    Examples examples_;
    threshold::Perturbation perturbation_;
    bnn::CertifyOptions options_;
    std::optional<double> timeout_;
    JsonAnswer json_;
    std::optional<QuestionExporter> exporter_;
    bool quiet_;
    std::vector<CertifyRecord> records_;
    ProgressLine* progress_ = nullptr;  ///< while examples are answered
};

ExitStatus run(const Arguments& arguments) {
    if (arguments.files.size() < 2)
        throw UsageError("sinew certify needs a network and a data set; see sinew help certify");
    const Limits limits = limits_of(arguments);
    std::optional<Campaign> campaign;
    const auto begin = [&] {
        campaign.emplace(arguments, limits);
        return campaign->exports() ? campaign->export_questions() : answered;
    };
    const ExitStatus status = within_limits(limits, begin);
    if (status == answered) return campaign->exports() ? answered : campaign->run();
    if (arguments.has("export")) return status;
    JsonAnswer json("certify", arguments);
    tell_summary(arguments, {}, json, nullptr);
    return status;
}
}  // namespace

const Command certify_command{
    "certify",
    "is there an input near an example that a binarized network classifies otherwise?",
    "certify [OPTION...] NETWORK.npz|FOLDER|NETWORK.bnn|NETWORK.onnx|NETWORK.dnn DATA...",
    "NETWORK: NumPy arrays (.npz), a folder of CSV files, a text (.bnn, .dnn) or ONNX; sinew info tells how it was\n"
    "understood. DATA: a table, MNIST's idx files or PNG images. Every example is certified (no input in the ball is\n"
    "classified otherwise), falsified (one is, and exact evaluation of the network as it was trained confirms it),\n"
    "wrong (the example itself is) or unknown (--timeout, --memory). An equal score of another class counts as a\n"
    "violation. Where there are no labels the network's own class must stay. --export writes the questions for other\n"
    "tools; docs/bnn.md tells how.",
    "sinew certify mnist.npz t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz --epsilon 1 --limit 100\n"
    "sinew certify mnist.npz seven.png --label 7 --norm 1 --minimal\n"
    "sinew certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 2\n"
    "sinew certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 2 --export query_%d.opb",
    describe,
    run,
    json_option,
    json_suffix,
};

}  // namespace sinew::cli
