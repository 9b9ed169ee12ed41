// SPDX-License-Identifier: Apache-2.0
#include "cli/train_options.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "cli/columns.hpp"
#include "cli/common_options.hpp"
#include "cli/settings.hpp"
#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
using Words = std::vector<std::string>;

[[noreturn]] void refuse_training(std::string_view option, std::string_view text, std::string_view expected) {
    throw UsageError(fmt::format("--{} cannot be '{}' (expected {})", option, text, expected));
}

Words split(const std::string& text, char separator = ',') {
    Words words;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
    return words;
}

double positive(std::string_view option, const std::string& text) {
    const std::optional<Rational> value = parse_number(text);
    if (!value || *value <= 0 || *value > 1000000) refuse_training(option, text, "a number above zero");
    return to_nearest(*value);
}

train::Encoding encoding_of(const std::string& name) {
    using train::Encoding;
    if (name == "auto") return Encoding::automatic;
    if (name == "raw") return Encoding::raw;
    if (name == "scale") return Encoding::scaled;
    if (name == "centre") return Encoding::centred;
    if (name == "thermometer") return Encoding::thermometer;
    if (name == "one-hot") return Encoding::one_hot;
    refuse_training("encode", name, "auto, raw, scale, centre, thermometer or one-hot, perhaps with :COLUMN,COLUMN");
}

void read_encodings(const Arguments& arguments, train::PrepareOptions& prepare) {
    if (!arguments.has("encode")) return;
    for (const std::string& text : arguments.get<Words>("encode")) {
        const std::size_t colon = text.find(':');
        const train::Encoding encoding = encoding_of(text.substr(0, colon));
        if (colon == std::string::npos)
            prepare.numbers = encoding;
        else
            for (const std::string& column : split(text.substr(colon + 1))) prepare.of_column[column] = encoding;
    }
}

void read_columns(const Arguments& arguments, TrainSettings& settings) {
    if (!arguments.has("label") && !arguments.has("labels"))
        throw UsageError("which column is the label? --label COLUMN (of images: --labels FILE)");
    settings.label = arguments.has("label") ? arguments.get<std::string>("label") : std::string("label");
    if (first_not_utf8(settings.label) != std::string::npos)
        refuse_training("label", printable(settings.label), "UTF-8");
    settings.header = header_of(arguments);
    train::PrepareOptions& prepare = settings.prepare;
    prepare.ignored = columns_of(arguments, "ignore");
    prepare.categorical = columns_of(arguments, "categorical");
    read_encodings(arguments, prepare);
    if (arguments.has("levels"))
        prepare.levels = whole_number("levels", arguments.get<std::string>("levels"), 1, 100000);
    if (arguments.has("categories"))
        prepare.most_categories = whole_number("categories", arguments.get<std::string>("categories"), 2, 100000);
    prepare.keep_constant = arguments.has("keep-constant");
    if (!arguments.has("missing")) return;
    const auto& missing = arguments.get<std::string>("missing");
    if (missing != "fill" && missing != "drop" && missing != "error")
        refuse_training("missing", missing, "fill, drop or error");
    prepare.missing = missing == "fill"   ? train::Missing::fill
                      : missing == "drop" ? train::Missing::drop
                                          : train::Missing::refuse;
}

/// "epsilon=2", "epsilon=2,fraction=0.9", "age=2,amount=100,soft".
void read_robustness(const Arguments& arguments, TrainSettings& settings) {
    if (arguments.has("end-to-end")) settings.place = train::Robustness::Place::output;
    if (arguments.has("robust-set")) settings.neighbours = arguments.get<std::string>("robust-set");
    if (arguments.has("fair")) settings.fair = columns_of(arguments, "fair");
    if (arguments.has("end-to-end") && !arguments.has("robust") && !settings.neighbours && settings.fair.empty())
        throw UsageError("--end-to-end says what --robust, --robust-set and --fair ask: give one of them");
    if (!arguments.has("robust") && !settings.neighbours) return;
    train::Robustness robustness;
    robustness.place = settings.place;
    if (arguments.has("robust")) {
        const auto& text = arguments.get<std::string>("robust");
        constexpr std::string_view expected = "epsilon=E, COLUMN=E, fraction=F and soft, with commas between them";
        for (const std::string& word : split(text)) {
            const std::size_t equals = word.find('=');
            const std::string key = word.substr(0, equals);
            const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
            if (key == "epsilon") {
                robustness.epsilon =
                    static_cast<std::int32_t>(whole_number("robust epsilon", value, 0, train::largest_feature));
            } else if (key == "fraction") {
                robustness.demand = train::Robustness::Demand::fraction;
                robustness.fraction = share_of("robust fraction", value);
            } else if (word == "soft") {
                robustness.demand = train::Robustness::Demand::soft;
            } else if (equals != std::string::npos && equals > 0) {
                settings.robust_columns[key] =
                    static_cast<std::int32_t>(whole_number("robust " + key, value, 0, train::largest_feature));
            } else {
                refuse_training("robust", text, expected);
            }
        }
    }
    settings.robustness = std::move(robustness);
}

void read_objectives(const Arguments& arguments, TrainSettings& settings) {
    settings.objectives.clear();
    const std::string text =
        arguments.has("objective") ? arguments.get<std::string>("objective") : std::string("min-weight");
    for (const std::string& word : split(text)) {
        bool known = false;
        for (const train::Objective objective :
             {train::Objective::min_weight, train::Objective::max_margin, train::Objective::max_accuracy}) {
            if (word != objective_name(objective)) continue;
            settings.objectives.push_back(objective);
            known = true;
        }
        if (!known)
            refuse_training("objective", text, "min-weight, max-margin and max-accuracy, the most important first");
    }
    if (settings.objectives.empty()) refuse_training("objective", text, "min-weight, max-margin or max-accuracy");
    settings.forbid_perfect = arguments.has("forbid-perfect");
    if (!arguments.has("rho")) return;
    const auto& rho = arguments.get<std::string>("rho");
    settings.rho = rho == "baseline" ? train::Rho{0, true} : train::Rho{share_of("rho", rho), false};
}

void read_network(const Arguments& arguments, TrainSettings& settings) {
    const std::string text = arguments.has("layers") ? arguments.get<std::string>("layers") : std::string("2");
    if (text != "0")
        for (const std::string& word : split(text)) settings.hidden.push_back(whole_number("layers", word, 1, 100000));
    if (arguments.has("weights")) {
        const auto& weights = arguments.get<std::string>("weights");
        if (weights != "ternary" && weights != "binary") refuse_training("weights", weights, "ternary or binary");
        settings.zero_weights = weights == "ternary";
    }
    if (arguments.has("output")) {
        const auto& output = arguments.get<std::string>("output");
        if (output != "argmax" && output != "signs") refuse_training("output", output, "argmax or signs");
        settings.output = output == "signs" ? train::Output::signs : train::Output::argmax;
    }
    if (arguments.has("warm-start")) settings.warm_start = arguments.get<std::string>("warm-start");
    if (arguments.has("share")) settings.share = arguments.get<std::string>("share");
    if (arguments.has("share") && settings.share.empty()) throw UsageError("--share cannot be '' (expected a folder)");
    if (!arguments.has("method")) return;
    const auto& method = arguments.get<std::string>("method");
    if (method != "exact" && method != "gradient") refuse_training("method", method, "exact or gradient");
    settings.method = method == "exact" ? train::Method::exact : train::Method::gradient;
    if (arguments.has("share") && settings.method == train::Method::gradient)
        throw UsageError("--share: the gradient method has nothing to share");
}

void read_gradient(const Arguments& arguments, TrainSettings& settings) {
    train::GradientOptions& gradient = settings.gradient;
    gradient = settings_of(arguments).options(train::gradient_option_table(), gradient);
    if (arguments.has("loss")) {
        const auto& loss = arguments.get<std::string>("loss");
        if (loss != "hinge" && loss != "cross-entropy") refuse_training("loss", loss, "hinge or cross-entropy");
        gradient.loss = loss == "hinge" ? train::Loss::hinge : train::Loss::cross_entropy;
    }
    if (arguments.has("rate")) gradient.rate = positive("rate", arguments.get<std::string>("rate"));
    const auto number = [&](const char* option, std::size_t& value) {
        if (arguments.has(option)) value = whole_number(option, arguments.get<std::string>(option), 1, 1000000);
    };
    number("epochs", gradient.epochs);
    number("restarts", gradient.restarts);
    number("batch", gradient.batch);
    if (arguments.has("augment")) {
        const auto& augment = arguments.get<std::string>("augment");
        if (!augment.starts_with("shift=")) refuse_training("augment", augment, "shift=N, pixels");
        settings.shift = whole_number("augment shift", augment.substr(6), 1, 10);
    }
    if (!arguments.has("class-weights")) return;
    const auto& weights = arguments.get<std::string>("class-weights");
    settings.balanced = weights == "balanced";
    if (!settings.balanced) settings.class_weights = numbers_of("class-weights", weights);
}

void read_parts(const Arguments& arguments, TrainSettings& settings) {
    const auto share = [&](const char* option, std::optional<double>& value) {
        if (!arguments.has(option)) return;
        const auto& text = arguments.get<std::string>(option);
        const Rational number = share_of(option, text);
        if (number == 0 || number == 1) refuse_training(option, text, "a share between 0 and 1");
        value = to_nearest(number);
    };
    share("split", settings.test_share);
    share("validation-split", settings.validation_share);
    if (arguments.has("validation")) settings.validation_file = arguments.get<std::string>("validation");
    if (arguments.has("test")) settings.test_file = arguments.get<std::string>("test");
    if (settings.test_share && settings.test_file) throw UsageError("--split and --test both name the test examples");
    if (settings.validation_share && settings.validation_file)
        throw UsageError("--validation-split and --validation both name the validation examples");
    for (const char* file : {"validation", "test"})
        if (const std::string labels = fmt::format("{}-labels", file); arguments.has(labels) && !arguments.has(file))
            throw UsageError(fmt::format("--{} needs --{} FILE", labels, file));
    if (arguments.has("labels")) settings.labels = arguments.get<std::string>("labels");
    if (arguments.has("validation-labels"))
        settings.validation_labels = arguments.get<std::string>("validation-labels");
    if (arguments.has("test-labels")) settings.test_labels = arguments.get<std::string>("test-labels");
    if (arguments.has("per-class"))
        settings.per_class = whole_number("per-class", arguments.get<std::string>("per-class"), 1, 1000000000);
    settings.save_best_validation = arguments.has("save-best-validation");
    if (settings.save_best_validation && !settings.validation_share && !settings.validation_file)
        throw UsageError("--save-best-validation needs --validation FILE or --validation-split SHARE");
}
}  // namespace

std::string_view objective_name(train::Objective objective) {
    switch (objective) {
        case train::Objective::min_weight:
            return "min-weight";
        case train::Objective::max_margin:
            return "max-margin";
        case train::Objective::max_accuracy:
            return "max-accuracy";
    }
    return "?";
}

Rational share_of(std::string_view option, const std::string& text) {
    const bool percent = text.ends_with('%');
    std::optional<Rational> value = parse_number(percent ? text.substr(0, text.size() - 1) : text);
    if (value && percent) *value /= 100;
    if (!value || *value < 0 || *value > 1) refuse_training(option, text, "a share from 0 to 1, such as 0.9 or 90%");
    return *value;
}

std::vector<std::string> columns_of(const Arguments& arguments, const char* option) {
    Words names;
    if (!arguments.has(option)) return names;
    for (const std::string& text : arguments.get<Words>(option))
        for (std::string& name : split(text)) names.push_back(std::move(name));
    return names;
}

std::vector<double> numbers_of(std::string_view option, const std::string& text) {
    std::vector<double> numbers;
    for (const std::string& word : split(text)) numbers.push_back(positive(option, word));
    return numbers;
}

void describe_columns(OptionGroups& options) {
    OptionGroup group("data");
    // clang-format off
    group.options = {
        {"label", takes_text("COLUMN"), "the column of the classes: its name, or its number from 1 where the table has no header"},
        {"header", takes_text("yes|no").among({"yes", "no"}), "whether the first row has names (default: if the label is among them, or names stand above numbers)"},
        {"ignore", takes_texts("COLUMNS"), "columns that are no features (names with commas between)"},
        {"categorical", takes_texts("COLUMNS"), "columns whose numbers are names"},
        {"encode", takes_texts("KIND[:COLUMNS]").among({"raw", "scale", "centre", "thermometer", "one-hot"}), "numbers (or these columns) as raw, scale, centre (scaled, with the median as 0), thermometer or one-hot; default: raw if whole, times ten while decimals are few, else scale"},
        {"levels", takes_text("N"), "steps of scale and centre (default 100) and thermometer (default 8)"},
        {"categories", takes_text("N"), "columns of more different words are left out, and named (default 50)"},
        {"missing", takes_text("fill|drop|error").among({"fill", "drop", "error"}), "cells that are empty or '?': the median, or a category of their own (default); the row is left out; an error"},
        {"keep-constant", "features that never change stay"}};
    // clang-format on
    options.push_back(group);
}

void describe_training(OptionGroups& options) {
    OptionGroup parts("parts of the data");
    OptionGroup network("network and what is asked of it");
    OptionGroup gradient("gradient method");
    // clang-format off
    parts.options = {
        {"validation", takes_text("FILE").ending_in("csv tsv txt"), "examples that choose between networks"},
        {"validation-split", takes_text("SHARE"), "this share of the training file, by class"},
        {"test", takes_text("FILE").ending_in("csv tsv txt"), "examples that nothing looks at before the report"},
        {"split", takes_text("SHARE"), "this share of the training file as test examples, by class"},
        {"per-class", takes_text("N"), "of the training file N random rows of each class alone"},
        {"labels", takes_text("FILE"), "the training file has images (idx), and this their labels"},
        {"validation-labels", takes_text("FILE"), "likewise"},
        {"test-labels", takes_text("FILE"), "likewise"}};
    network.options = {
        {"layers", takes_text("N,N"), "neurons of the hidden layers (default 2; 0: none); the output is added: one neuron for two classes, else one a class"},
        {"weights", takes_text("KIND").among({"ternary", "binary"}), "ternary (-1, 0, 1; default) or binary (-1, 1)"},
        {"output", takes_text("MEANING").among({"argmax", "signs"}), "of several outputs: argmax (default): the greatest sum is the class's alone; signs: the class's output is active and no other"},
        {"method", takes_text("METHOD").among({"exact", "gradient"}), "exact (default) or gradient"},
        {"objective", takes_text("NAMES").among({"min-weight", "max-margin", "max-accuracy"}), "min-weight (default), max-margin, max-accuracy; several with commas, the most important first"},
        {"rho", takes_text("SHARE"), "so much of the training examples must be right: 1, 0.9, 90%, or baseline: as many as the gradient method gets right (default 1; 0 with max-accuracy and for the gradient method)"},
        {"forbid-perfect", "not all training examples may be right"},
        {"robust", takes_text("epsilon=E"), "first neurons stay as they are while every feature that is a number changes by up to E; COLUMN=E,COLUMN=E: while these columns do; epsilon=E,fraction=F: of this share of the examples; epsilon=E,soft: of as many as possible"},
        {"robust-set", takes_text("FILE").ending_in("csv tsv txt"), "the same on these neighbours: a table with the training file's columns and train_row, counted from 0"},
        {"fair", takes_texts("COLUMNS"), "the same while this column takes any of its values"},
        {"end-to-end", "--robust and --fair ask the class to stay, not the first neurons"},
        {"warm-start", takes_text("NETWORK").ending_in("onnx npz bnn dnn"), "begin from a network's weights"},
        {"share", takes_text("FOLDER"), "share the best weights and proven bounds with other processes that train the same (other seeds, other machines), by files in this folder: a proof of one ends all"},
        {"save-best-validation", "keep the network with the most validation examples right, not the best objective"}};
    gradient.options = {
        {"loss", takes_text("LOSS").among({"cross-entropy", "hinge"}), "cross-entropy (default) or hinge"},
        {"class-weights", takes_text("W,W"), "what examples count by class, in max-accuracy (to hundredths) and the gradient method's loss; balanced: by the classes' sizes"},
        {"augment", takes_text("shift=N"), "images are also seen moved by up to N pixels, in both directions"},
        {"rate", takes_text("R"), "Adam's (default 0.02)"},
        {"epochs", takes_text("N"), "of a run (default 500)"},
        {"restarts", takes_text("N"), "runs from other weights (default 4)"},
        {"batch", takes_text("N"), "examples a step (default 32)"}};
    // clang-format on
    options.push_back(parts);
    options.push_back(network);
    options.push_back(gradient);
}

TrainSettings train_settings_of(const Arguments& arguments) {
    TrainSettings settings;
    read_columns(arguments, settings);
    read_network(arguments, settings);
    read_objectives(arguments, settings);
    read_robustness(arguments, settings);
    read_parts(arguments, settings);
    read_gradient(arguments, settings);
    return settings;
}

}  // namespace sinew::cli
