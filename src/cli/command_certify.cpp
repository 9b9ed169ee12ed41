// SPDX-License-Identifier: Apache-2.0
// sinew certify: robustness of a network, example by example.
#include <optional>

#include "base/error.hpp"
#include "cli/certify_campaign.hpp"
#include "cli/certify_options.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/progress_lines.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/within_limits.hpp"

namespace sinew::cli {

extern const Command certify_command;

namespace {
void describe_certify(OptionGroups& options) {
    describe_perturbation(options);
    describe_examples(options);
    describe_real_inputs(options);
    OptionGroup output("limits and output");
    // clang-format off
    output.options = {
        {"timeout", takes_text("SECONDS"), "for each question: an example at one epsilon, or its critical epsilon (20, 0.5, 2m)"},
        {"memory", takes_text("BYTES"), "stop above this memory (500M, 4G); the answer is then unknown"},
        {"threads", takes_text("N"), "examples that are answered at a time (default 1), told in their order; of fewer examples than that each search has several threads"},
        seed_option(),
        set_option(),
        {"json", takes_optional_text("[=FILE]").ending_in("json"), "everything as JSON (docs/json.md) into FILE, or on standard output in place of the table"},
        report_option(),
        {"images", takes_text("FOLDER"), "adversarial examples as PNG, where the network reads images: the original, the adversarial one, their difference"},
        {"export", takes_text("FILE").ending_in("opb cnf smt2"), "of binarized networks: write the questions for other tools instead of answering them: .opb, .cnf or .smt2; %d in the name is the example's row"},
        {"proof", takes_text("FOLDER"), "answer each question with a proof: question, proof and manifest.json go into this folder (docs/proofs.md)"},
        {"get-model", "with --export to .smt2: end the script in (get-model)"},
        {"resume", takes_text("FILE").ending_in("sqlite db"), "keep every answer in this results file (SQLite) at once, and go on where its run of the same network, data and options ended"},
        database_option(),
        shard_option(),
        {"quiet,q", "the summary alone, no progress"}};
    // clang-format on
    options.push_back(output);
    describe_row_files(options, RowsOf::examples);
    describe_progress(options);
}

ExitStatus run_certify(const Arguments& arguments) {
    if (arguments.files.size() < 2)
        throw UsageError("sinew certify needs a network and a data set; see sinew help certify");
    const Limits limits = limits_of(arguments);
    std::optional<Campaign> campaign;
    const auto begin = [&] {
        campaign.emplace(arguments);
        return campaign->exports() ? campaign->export_questions() : answered;
    };
    const ExitStatus status = within_limits(limits, begin);
    if (status == answered && campaign->proves()) return campaign->prove_questions();
    if (arguments.has("proof")) return status;
    if (status == answered) return campaign->exports() ? answered : campaign->run();
    if (arguments.has("export")) return status;
    JsonAnswer json("certify", arguments);
    tell_summary(arguments, {}, json, nullptr, nullptr);
    return status;
}
}  // namespace

const Command certify_command{
    "certify",
    "is there an input near an example that a network classifies otherwise?",
    "certify [OPTION...] NETWORK DATA...",
    "NETWORK: any that sinew reads: ONNX or text with ReLU, tanh and other neurons, or a binarized one (also .npz, a "
    "folder of CSV files, .bnn; `sinew info` tells how such a one was understood). DATA: a table, MNIST's idx files or "
    "PNG images.\n"
    "\n"
    "Every example is certified (no input in the ball is classified otherwise), falsified (one is, and exact "
    "evaluation confirms it), wrong (the example itself is) or unknown (--timeout, --memory; norm 2 of networks that "
    "are not binarized is decided by bounds, which may leave it open). An equal score of another class counts as a "
    "violation. Where there are no labels the network's own class must stay.\n"
    "\n"
    "--export writes the questions for other tools. docs/certify.md and docs/bnn.md tell how.",
    "# which of 4 images keep their class whatever two bits become?\n"
    "sinew certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 2\n"
    "# a data set at two epsilons, in units of the images' bytes divided by 255\n"
    "sinew certify mnist-net.onnx t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz --epsilons 0.01,0.03\n"
    "# the smallest change of one image that is a violation, and a picture of it\n"
    "sinew certify mnist-net.onnx seven.png --label 7 --minimal --images adversarial\n"
    "# a long run that goes on where it ended\n"
    "sinew certify mnist.npz t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz --epsilon 1 --resume "
    "run.sqlite\n"
    "# the questions for other solvers, a file for each example\n"
    "sinew certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 2 --export query_%d.opb",
    describe_certify,
    run_certify,
    json_option,
    json_suffix,
    "onnx dnn npz bnn csv tsv txt png gz idx1-ubyte idx3-ubyte",
    "",
    "0 every example has its answer\n"
    "3 an example is unknown: a limit of time or memory, Ctrl-C, or norm 2",
};

}  // namespace sinew::cli
