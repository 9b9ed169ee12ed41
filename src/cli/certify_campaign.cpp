// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_campaign.hpp"

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/naming_file.hpp"
#include "base/sha256.hpp"
#include "base/share_out.hpp"
#include "certify/violation.hpp"
#include "cli/certify_proofs.hpp"
#include "cli/certify_rows.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/within_limits.hpp"
#include "read/file.hpp"
#include "write/bnn_text.hpp"

namespace sinew::cli {

namespace {
/// Examples with more inputs have only their changes in the JSON.
constexpr std::size_t most_inputs_told = 4096;

/// What a run that is resumed must agree on beside the options.
CertifyIdentity identity_of(const Arguments& arguments, const Classifier& classifier, const Examples& examples) {
    CertifyIdentity identity;
    if (classifier.binarized) {
        model::BinarizedNetwork network = *classifier.binarized;
        if (network.input_shape.size() != 3) network.input_shape = {network.input_size()};  // as the text form has it
        identity.network = sha256(write::bnn_text(network));
    } else {
        identity.network = sha256(read::read_file(arguments.files.at(0)));
    }
    identity.data = examples.digests();
    if (arguments.has("labels")) {
        identity.labels = identity.data.back();
        identity.data.pop_back();
    }
    return identity;
}

std::unique_ptr<certify::Certifier> make_certifier(const Classifier& classifier, const certify::Question& question) {
    if (classifier.binarized) return certify::certifier(*classifier.binarized, question);
    return certify::certifier(*classifier.network, question);
}

nlohmann::json texts_of(const std::vector<Rational>& values) {
    nlohmann::json texts = nlohmann::json::array();
    for (const Rational& value : values) texts.push_back(to_string(value));
    return texts;
}

bool is_norm_two(const Arguments& arguments) {
    return arguments.has("norm") && arguments.get<std::string>("norm") == "2";
}

/// The record with the values of its inputs, where they are few and there is something to compare.
nlohmann::json example_json(const CertifyRecord& record, const Examples* examples) {
    nlohmann::json json = to_json(record);
    if (examples == nullptr || record.changes.empty()) return json;
    const std::vector<Rational> input = examples->input_of_row(record.row);
    if (input.size() > most_inputs_told) return json;
    json["inputs"] = texts_of(input);
    json["adversarial"] = texts_of(adversarial_input(record, input));
    return json;
}
}  // namespace

CertifySummary tell_summary(const Arguments& arguments, const std::vector<CertifyRecord>& records, JsonAnswer& out,
                            const Examples* examples, const Classifier* classifier) {
    CertifySummary summary = summarize(records, is_norm_two(arguments));
    if (examples != nullptr) summary.not_asked = examples->count() - records.size();
    if (out.is_wanted()) {
        nlohmann::json json = parameters_of(arguments);
        json["files"] = arguments.files;
        json["labels"] = arguments.has("labels") ? nlohmann::json(arguments.get<std::string>("labels")) : nullptr;
        json["examples"] = nlohmann::json::array();
        for (const CertifyRecord& record : records) json["examples"].push_back(example_json(record, examples));
        json["summary"] = summary_json(summary);
        json["classes"] = examples != nullptr ? examples->class_names() : std::vector<std::string>{};
        json["notes"] = examples != nullptr ? examples->notes() : std::vector<std::string>{};
        json["norm_by_bounds"] = is_norm_two(arguments) && classifier != nullptr && !classifier->binarized;
        json["image"] = nullptr;
        if (examples != nullptr && !examples->image_shape().empty() &&
            (examples->surely_are_images() || arguments.has("images"))) {
            const std::vector<std::size_t>& shape = examples->image_shape();
            json["image"] = {{"height", shape[0]},
                             {"width", shape[1]},
                             {"channels", shape[2]},
                             {"layout", examples->channels_first() ? "chw" : "hwc"}};
        }
        out.give(json, examples != nullptr && summary.not_asked == 0);
    }
    if (out.leaves_text()) write_output(summary_text(summary));
    return summary;
}

Campaign::Campaign(const Arguments& arguments)
    : arguments_(arguments),
      threads_(static_cast<std::size_t>(threads_of(arguments))),
      memory_(memory_of(arguments, threads_)),
      before_(arguments.has("db") || arguments.has("resume") ? digested_files(arguments) : std::vector<DigestedFile>()),
      classifier_(load_classifier(arguments.files.at(0), arguments)),
      examples_(std::vector<std::string>(arguments.files.begin() + 1, arguments.files.end()), arguments,
                facts_of(arguments, classifier_)),
      question_(certify_question(arguments, classifier_, examples_)),
      asked_(asked_of(arguments, classifier_)),
      json_("certify", arguments),
      quiet_(quiet(arguments)) {
    if (!before_.empty()) require_unchanged(before_, json_.provenance().files());
    if (arguments.has("get-model") && !arguments.has("export"))
        throw UsageError("--get-model is of scripts that --export writes");
    if (arguments.has("export"))
        prepare_export();
    else if (proves())
        prepare_proofs();
    else
        make_certifiers();
    if (arguments.has("images"))
        images_.emplace(arguments.get<std::string>("images"), examples_, arguments.files.at(0));
}

/// One for each thread that has examples; those that are left over are for the searches.
void Campaign::make_certifiers() {
    const std::size_t workers = std::clamp<std::size_t>(threads_, 1, std::max<std::size_t>(examples_.count(), 1));
    question_.threads = static_cast<int>(threads_ / workers);
    naming_file(arguments_.files.at(0), [&] {
        certifiers_.push_back(make_certifier(classifier_, question_));
        certifiers_.front()->check(asked_);
    });
    try {
        while (certifiers_.size() < workers) certifiers_.push_back(make_certifier(classifier_, question_));
    } catch (const std::bad_alloc&) {  // fewer then
    }
}

std::vector<std::string> Campaign::ladder() const {
    std::vector<std::string> texts;
    if (asked_.epsilons.size() > 1 || (asked_.minimal && !asked_.epsilons.empty()))
        for (const Rational& epsilon : asked_.epsilons) texts.push_back(to_string(epsilon));
    return texts;
}

ExitStatus Campaign::run() {
    if (!quiet_)
        for (const std::string& note : examples_.notes()) print_error("note: {}\n", note);
    const std::map<std::size_t, CertifyRecord> done = answers_before();
    results::Question about;
    if (json_.log().is_wanted()) about = question_about("certify", arguments_, json_.provenance().files());
    const std::atomic<bool>* interrupted = interrupt_flag();
    const bool tells = !quiet_ && json_.leaves_text();
    if (tells) write_output(classes_line(examples_.class_names()) + table_head(ladder()));
    ProgressLine progress(quiet_, examples_.count(), json_.progress());
    const auto restored = [&](std::size_t i) { return done.find(examples_.row(i)); };
    std::vector<Answered> answers(examples_.count());
    std::atomic<bool> ended{false};
    const bool is_one_by_one = certifiers_.size() == 1;
    if (certifiers_.size() < threads_ && certifiers_.size() < examples_.count() && !quiet_)
        print_error("note: {} of {} threads: there is no memory for more\n", certifiers_.size(), threads_);
    progress.draw(0);
    SharedWork work;
    work.goes_on = [&] { return !interrupted->load(); };
    work.answer = [&](std::size_t i, std::size_t worker) {
        if (restored(i) != done.end()) return;
        // What is refused is an example outside of its domain; of a binarized network its distances.
        const std::string& where = classifier_.binarized ? arguments_.files.at(0) : examples_.place(i);
        answers[i].record = naming_file(
            where, [&] { return answer(i, *certifiers_[worker], ended, is_one_by_one ? &progress : nullptr); });
        answers[i].is_stopped = interrupted->load() && answers[i].record.status == "unknown";
    };
    work.tell = [&](std::size_t i) {
        CertifyRecord record = std::move(answers[i].record);
        const bool is_restored = restored(i) != done.end();
        if (is_restored) {
            record = restored(i)->second;
            if (json_.log().is_wanted()) json_.log().keep(rows_of(record, about, asked_));
            progress.skip();
        } else if (!answers[i].is_stopped) {
            if (json_.log().is_wanted()) json_.log().add(rows_of(record, about, asked_));
        } else if (!has_partial_answer(record)) {
            return;  // a limit of ours would have been an answer
        }
        progress.erase();
        progress.tell(record);
        if (tells) write_output(table_line(record));
        flush_output();  // into a pipe at once, too
        records_.push_back(std::move(record));
        if (records_.size() < examples_.count() && !interrupted->load()) progress.draw(records_.size());
    };
    share_out(examples_.count(), certifiers_.size(), work, ended);
    progress.erase();
    return finish();
}

/// Tells the results file what is asked. With --resume: what an earlier part of the run has answered.
std::map<std::size_t, CertifyRecord> Campaign::answers_before() {
    if (!json_.log().has_file()) return {};
    const auto identity = to_json(identity_of(arguments_, classifier_, examples_), parameters_of(arguments_));
    json_.log().is_part(identity, static_cast<std::int64_t>(examples_.first_row()), examples_.count_of_all_shards(),
                        shard_of(arguments_));
    if (!json_.log().resumes()) return {};
    const std::vector<std::string> data(arguments_.files.begin() + 1, arguments_.files.end());
    const auto is_same = [&](const nlohmann::ordered_json& known, const std::string& file) {
        require_same(known, identity, file, data);
    };
    return records_in(json_.log().resume(identity, is_same), arguments_.get<std::string>("resume"));
}

/// Ended by Ctrl-C, it still says something.
bool Campaign::has_partial_answer(const CertifyRecord& record) const {
    if (asked_.minimal && record.bound && (*record.bound != "0" || record.distance)) return true;
    for (const EpsilonRecord& at : record.epsilons)
        if (at.status != "unknown") return true;
    return false;
}

CertifyRecord Campaign::answer(std::size_t i, certify::Certifier& certifier, const std::atomic<bool>& ended,
                               certify::Listener* listener) const {
    const Limits limits = Limits(std::nullopt, memory_, interrupt_flag()).until(ended);
    certify::Example example{examples_.input(i), 0};
    CertifyRecord record;
    const auto work = [&] {
        const std::optional<std::size_t> label = examples_.label(i);
        example.label = label ? *label : certifier.predict(example.input);
        record = record_of(certifier.certify(example, asked_, limits, listener), example, asked_);
    };
    within_limits(limits, work, [&](const Stopped& why) {
        record = record_of(certify::unanswered(asked_, why.text), example, asked_);
    });
    record.row = examples_.row(i);
    record.place = examples_.place(i);
    if (images_) images_->write(record, example.input);
    return record;
}

void Campaign::prepare_export() {
    for (const char* option :
         {"json", "images", "resume", "db", "csv", "junit", "sarif", "progress", "timeout", "epsilons"})
        if (arguments_.has(option))
            throw UsageError(fmt::format("--export writes questions and answers none: --{} has no part in it", option));
    if (!classifier_.binarized)
        throw InputError({arguments_.files.at(0), 0, 0}, "--export: this is no binarized network",
                         "one; sinew export writes queries over any network");
    if (question_.top_k > 1 || question_.targets.size() > 1 || !question_.own_limits.empty() ||
        !question_.normalisation.empty() || !question_.domains.empty())
        throw UsageError(
            "--export writes questions of one target, without --top-k, --feature-epsilon, --epsilon-file, --mean, "
            "--std, --domain and --feature-domain");
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < examples_.count(); ++i) rows.push_back(examples_.row(i));
    const bnn::Aim aim = asked_.minimal ? bnn::Aim::nearest_violation : bnn::Aim::violation;
    exporter_.emplace(arguments_.get<std::string>("export"), aim, rows, arguments_.has("get-model"));
}

bnn::Question Campaign::question_of_row(std::size_t i, const threshold::ThresholdNetwork& folded) const {
    threshold::Perturbation perturbation{question_.norm, asked_.largest, question_.only, question_.usual};
    if (!asked_.epsilons.empty()) perturbation.radius = asked_.epsilons.front();
    std::optional<std::size_t> target;
    if (!question_.targets.empty()) target = question_.targets.front();
    bnn::Asked asked{folded, examples_.input(i), 0, perturbation, question_.ties, target, {}};
    const threshold::Activity activity = threshold::evaluate(folded, folded.digits_of(asked.input));
    asked.label = examples_.label(i).value_or(threshold::class_of(folded, activity.scores));
    asked.input_names = examples_.input_names();
    return bnn::Question(std::move(asked));
}

ExitStatus Campaign::export_questions() {
    const threshold::ThresholdNetwork folded = fold(*classifier_.binarized, arguments_.files.at(0));
    for (std::size_t i = 0; i < examples_.count(); ++i) {
        check_limits();
        const std::string told = naming_file(
            arguments_.files.at(0), [&] { return exporter_->write(examples_.row(i), question_of_row(i, folded)); });
        if (!quiet_) print_out("{}\n", told);
    }
    return answered;
}

void Campaign::prepare_proofs() const {
    for (const char* option :
         {"json", "images", "resume", "db", "csv", "junit", "sarif", "report", "epsilons", "shard"})
        if (arguments_.has(option))
            throw UsageError(fmt::format("--proof writes a manifest of its own: --{} has no part in it", option));
    if (threads_ > 1) throw UsageError("--proof: a proof is written by one thread");
    const bool is_plain = question_.own_limits.empty() && question_.normalisation.empty();
    if (classifier_.binarized) {
        if (question_.top_k > 1 || question_.targets.size() > 1 || !is_plain || !question_.domains.empty())
            throw UsageError(
                "--proof, of binarized networks: questions of one target, without --top-k, "
                "--feature-epsilon, --epsilon-file, --mean, --std, --domain and --feature-domain");
        return;
    }
    if (asked_.minimal || question_.norm != certify::Norm::infinity)
        throw UsageError("--proof, of networks that are not binarized: one --epsilon of norm inf");
}

ExitStatus Campaign::prove_questions() {
    ProofFolder folder(arguments_.get<std::string>("proof"), arguments_.files);
    std::optional<threshold::ThresholdNetwork> folded;
    std::optional<certify::Space> space;
    std::optional<certify::Scores> scores;
    std::optional<certify::BallQuery> balls;
    if (classifier_.binarized) {
        folded.emplace(fold(*classifier_.binarized, arguments_.files.at(0)));
    } else {
        space.emplace(*classifier_.network, question_);
        scores.emplace(*classifier_.network);
        balls.emplace(*classifier_.network);
    }
    const bnn::Aim aim = asked_.minimal ? bnn::Aim::nearest_violation : bnn::Aim::violation;
    for (std::size_t i = 0; i < examples_.count(); ++i) {
        Limits limits = Limits(std::nullopt, memory_, interrupt_flag());
        if (asked_.seconds) limits = limits.within(*asked_.seconds);
        const auto prove = [&] {
            if (folded) {
                const bnn::Question question = question_of_row(i, *folded);
                return folder.answer(examples_.row(i), question, aim, question.label(), limits);
            }
            certify::Example example{examples_.input(i), 0};
            example.label = examples_.label(i).value_or(scores->predict(space->to_network(example.input)));
            const certify::Region region(*space, example);
            const std::optional<Rational> epsilon =
                asked_.epsilons.empty() ? std::nullopt : std::optional(asked_.epsilons.front());
            const std::vector<certify::Rival> rivals = scores->rivals(question_, example.label);
            return folder.answer(examples_.row(i), balls->over(region, epsilon, rivals, question_.top_k), example.label,
                                 question_.settings, limits);
        };
        const std::string told = within_limits(
            limits, [&] { return naming_file(arguments_.files.at(0), prove); },
            [&](const Stopped&) { return folder.unanswered(examples_.row(i)); });
        if (!quiet_) print_out("{}\n", told);
        flush_output();
        if (interrupt_flag()->load()) break;
    }
    return folder.finish() == 0 ? answered : no_answer;
}

ExitStatus Campaign::finish() {
    const CertifySummary summary = tell_summary(arguments_, records_, json_, &examples_, &classifier_);
    std::size_t unknown = summary.all.unknown;
    for (const auto& [epsilon, counts] : summary.by_epsilon) unknown += counts.unknown;
    return unknown == 0 && summary.not_asked == 0 ? answered : no_answer;
}

}  // namespace sinew::cli
