// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_options.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "cli/common_options.hpp"
#include "cli/settings.hpp"
#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
using certify::Norm;

Rational number(std::string_view text, const std::string& option) {
    const std::optional<Rational> value = parse_number(text);
    if (!value)
        throw UsageError(
            fmt::format("{} cannot be '{}' (expected a number such as 1, 0.1 or 1/10)", option, printable(text)));
    return *value;
}

Rational number_option(const Arguments& arguments, const char* option) {
    return number(arguments.get<std::string>(option), fmt::format("--{}", option));
}

/// Numbers with commas between.
std::vector<Rational> numbers(std::string_view text, const std::string& option) {
    std::vector<Rational> values;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        values.push_back(number(text.substr(begin, end - begin), option));
        begin = end + 1;
    }
    return values;
}

const std::vector<std::string>& texts(const Arguments& arguments, const char* option) {
    static const std::vector<std::string> none;
    return arguments.has(option) ? arguments.get<std::vector<std::string>>(option) : none;
}

/// COLUMN=VALUE; a name may have the sign in it, a value not.
std::pair<std::string, std::string> assignment(const std::string& text, const char* option) {
    const std::size_t sign = text.rfind('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == text.size())
        throw UsageError(fmt::format("--{} cannot be '{}' (expected COLUMN=VALUE)", option, printable(text)));
    return {text.substr(0, sign), text.substr(sign + 1)};
}

Norm norm_of(const Arguments& arguments) {
    if (arguments.has("flips")) {
        if (arguments.has("epsilon") || arguments.has("epsilons") || arguments.has("norm"))
            throw UsageError("--flips K stands for --norm 0 --epsilon K");
        return Norm::zero;
    }
    if (!arguments.has("norm")) return Norm::infinity;
    const auto& name = arguments.get<std::string>("norm");
    if (name == "inf") return Norm::infinity;
    if (name == "0") return Norm::zero;
    if (name == "1") return Norm::one;
    if (name == "2") return Norm::two;
    throw UsageError(fmt::format("--norm cannot be '{}' (expected inf, 0, 1 or 2)", printable(name)));
}

/// Every change of every input is within this distance; absent: there is no such thing.
std::optional<Rational> largest_distance(const Classifier& classifier, Norm norm) {
    if (!classifier.binarized) return std::nullopt;
    const model::InputRange range = model::range_of(classifier.binarized->input);
    const Rational width = range.upper - range.lower;
    const auto inputs = static_cast<unsigned long>(classifier.binarized->input_size());
    if (norm == Norm::zero) return Rational(inputs);
    return norm == Norm::infinity ? width : Rational(width * inputs);
}

void check_radius(const Rational& radius, const char* option, const std::optional<Rational>& most) {
    if (radius >= 0 && (!most || radius <= *most)) return;
    throw InputError({option, 0, 0}, fmt::format("the radius is {}", to_string(radius)),
                     most ? fmt::format("0 to {}, the largest distance between two inputs", to_string(*most))
                          : std::string("0 or more"));
}

bool has_radius(const Arguments& arguments) {
    return arguments.has("epsilon") || arguments.has("epsilons") || arguments.has("flips");
}
/// Whether something may change by a distance at all.
bool has_distance(const Arguments& arguments) {
    if (arguments.has("epsilons")) return true;
    return arguments.has("epsilon") && number_option(arguments, "epsilon") > 0;
}
bool has_limits_of_single_inputs(const Arguments& arguments) {
    return arguments.has("feature-epsilon") || arguments.has("epsilon-file");
}

std::vector<certify::OwnLimit> own_limits(const Arguments& arguments, const Examples& examples,
                                          const NetworkFacts& facts) {
    std::vector<certify::OwnLimit> limits;
    if (arguments.has("epsilon-file")) {
        const auto& file = arguments.get<std::string>("epsilon-file");
        const read::DataSet data = read::read_dataset(file);
        if (!std::holds_alternative<model::NumberArray>(data.numbers) || data.rows() != 1 ||
            data.columns != facts.input_count)
            throw InputError({file, 0, 0}, fmt::format("{} rows of {} numbers", data.rows(), data.columns),
                             fmt::format("one row of {}, an ε for each input", facts.input_count));
        for (std::uint32_t i = 0; i < data.columns; ++i) {
            check_radius(data.at(0, i), "--epsilon-file", std::nullopt);
            limits.push_back({i, data.at(0, i)});
        }
    }
    for (const std::string& text : texts(arguments, "feature-epsilon")) {
        const auto [column, value] = assignment(text, "feature-epsilon");
        std::optional<Rational> limit;
        if (value != "any") limit = number(value, fmt::format("--feature-epsilon {}", column));
        if (limit) check_radius(*limit, "--feature-epsilon", std::nullopt);
        for (const std::uint32_t input : examples.inputs_of(column, "feature-epsilon").inputs) {
            std::erase_if(limits, [input = input](const certify::OwnLimit& known) { return known.input == input; });
            limits.push_back({input, limit});
        }
    }
    return limits;
}

/// LOW,HIGH or {a,b,c}.
model::Domain domain_from(std::string_view text, const std::string& option) {
    model::Domain domain;
    if (text.starts_with('{') && text.ends_with('}')) {
        domain.kind = model::DomainKind::integer;
        domain.values = numbers(text.substr(1, text.size() - 2), option);
        for (const Rational& value : domain.values)
            if (value.get_den() != 1)
                throw UsageError(fmt::format("{}: the values of a list are whole numbers, and {} is none", option,
                                             to_string(value)));
        std::ranges::sort(domain.values);
        const auto repeated = std::ranges::unique(domain.values);
        domain.values.erase(repeated.begin(), repeated.end());
        domain.lower = domain.values.front();
        domain.upper = domain.values.back();
        return domain;
    }
    const std::vector<Rational> ends = numbers(text, option);
    if (ends.size() != 2 || ends[0] > ends[1])
        throw UsageError(fmt::format("{} cannot be '{}' (expected LOW,HIGH)", option, printable(text)));
    domain.lower = ends[0];
    domain.upper = ends[1];
    return domain;
}

std::vector<model::Domain> domains_of(const Arguments& arguments, const Examples& examples, const NetworkFacts& facts) {
    std::vector<model::Domain> domains;
    if (arguments.has("domain")) {
        const auto& text = arguments.get<std::string>("domain");
        if (text != "none") domains.assign(facts.input_count, domain_from(text, "--domain"));
    } else if (!facts.kind && examples.are_images()) {
        domains.assign(facts.input_count,
                       {model::DomainKind::real, Rational(0), Rational(255 * facts.pixel_scale), {}});
    }
    for (const std::string& text : texts(arguments, "feature-domain")) {
        const auto [column, value] = assignment(text, "feature-domain");
        domains.resize(facts.input_count);
        for (const std::uint32_t input : examples.inputs_of(column, "feature-domain").inputs)
            domains[input] = domain_from(value, fmt::format("--feature-domain {}", column));
    }
    return domains;
}

std::vector<certify::Normalisation> normalisation_of(const Arguments& arguments, const Examples& examples,
                                                     const NetworkFacts& facts) {
    if (!arguments.has("mean") && !arguments.has("std")) return {};
    // A table of nine columns may be an image of 3 × 3 or not: what is given for each input is taken so.
    const std::size_t channels = examples.image_shape().empty() ? facts.input_count : examples.image_shape()[2];
    const auto by_input = [&](const char* option, const Rational& otherwise) {
        if (!arguments.has(option)) return std::vector<Rational>(facts.input_count, otherwise);
        const std::vector<Rational> given = numbers(arguments.get<std::string>(option), fmt::format("--{}", option));
        if (given.size() == facts.input_count) return given;
        if (given.size() != 1 && given.size() != channels)
            throw UsageError(fmt::format("--{} has {} numbers (expected one, or {}, as there are {})", option,
                                         given.size(), examples.are_images() ? channels : facts.input_count,
                                         examples.are_images() ? "channels" : "inputs"));
        std::vector<Rational> values;
        for (std::size_t i = 0; i < facts.input_count; ++i)
            values.push_back(given.size() == 1 ? given.front() : given[examples.channel_of(i)]);
        return values;
    };
    const std::vector<Rational> means = by_input("mean", 0);
    const std::vector<Rational> deviations = by_input("std", 1);
    std::vector<certify::Normalisation> lines;
    for (std::size_t i = 0; i < facts.input_count; ++i) {
        if (deviations[i] <= 0)
            throw UsageError(fmt::format("--std is {} (expected numbers above zero)", to_string(deviations[i])));
        lines.push_back({means[i], deviations[i]});
    }
    return lines;
}
}  // namespace

void describe_perturbation(OptionGroups& options) {
    OptionGroup ball("perturbation");
    // clang-format off
    ball.options = {
        {"epsilon", takes_text("E"), "the largest change, a number such as 1, 0.1 or 1/10, in the units of the examples"},
        {"epsilons", takes_text("E,E,..."), "several of them, a question each: what is known at one answers others"},
        {"norm", takes_text("NORM").among({"inf", "1", "2", "0"}), "of the change: inf (default), 1, 2, or, of binarized networks, 0"},
        {"flips", takes_text("K"), "at most K inputs change, to any value: --norm 0 --epsilon K"},
        {"sensitive", takes_texts("COLUMN"), "only this column changes, to any value: its name, or its number from 1; may be given several times, and with --epsilon"},
        {"feature-epsilon", takes_texts("COLUMN=E"), "this column has an epsilon of its own (any: it may take any value); may be given several times"},
        {"epsilon-file", takes_text("FILE"), "a table of one row: an epsilon of its own for each input"},
        {"target", takes_texts("CLASS"), "ask for this class alone; may be given several times"},
        {"top-k", takes_text("K"), "a violation is that the label is not among the K best classes (default 1)"},
        {"ties-are-safe", "an equal score of another class is no violation"},
        {"minimal", "find the critical epsilon, the smallest change that is a violation, between proven ends; --epsilon is then the largest that is looked at"},
        {"precision", takes_text("P"), "with --minimal over reals: the ends differ by this share at most (default 0.01)"}};
    // clang-format on
    options.push_back(ball);
}

void describe_real_inputs(OptionGroups& options) {
    OptionGroup group("real inputs (networks that are not binarized)");
    // clang-format off
    group.options = {
        {"scale", takes_text("FACTOR"), "what a byte of an image is multiplied by (default 1/255)"},
        {"layout", takes_text("chw|hwc").among({"chw", "hwc"}), "the order of the inputs of colour images (default: as the network's input shape tells)"},
        {"mean", takes_text("M,..."), "the network reads (x - mean) / std: one number, or one a channel (of a table: an input)"},
        {"std", takes_text("S,..."), "likewise; epsilon and distances are in units before this"},
        {"domain", takes_text("LOW,HIGH").among({"none"}), "where all inputs are, before --mean and --std (default: the range of pixels for images; none for tables, which 'none' says)"},
        {"feature-domain", takes_texts("COLUMN=LOW,HIGH"), "where this column's values are; {0,1,2}: these whole numbers alone; may be given several times"}};
    // clang-format on
    options.push_back(group);
}

NetworkFacts facts_of(const Arguments& arguments, const Classifier& classifier) {
    NetworkFacts facts = classifier.facts();
    if (facts.kind)
        for (const char* option : {"scale", "layout"})
            if (arguments.has(option))
                throw InputError({arguments.files.at(0), 0, 0}, fmt::format("--{}: a binarized network reads {}",
                                                                            option, model::to_string(*facts.kind)));
    if (arguments.has("scale")) {
        facts.pixel_scale = number_option(arguments, "scale");
        if (facts.pixel_scale <= 0) throw UsageError("--scale is a number above zero");
    }
    if (arguments.has("layout")) {
        const auto& layout = arguments.get<std::string>("layout");
        if (layout != "chw" && layout != "hwc")
            throw UsageError(fmt::format("--layout cannot be '{}' (expected chw or hwc)", printable(layout)));
        facts.channels_first = layout == "chw";
    }
    return facts;
}

certify::Question certify_question(const Arguments& arguments, const Classifier& classifier, const Examples& examples) {
    const NetworkFacts facts = facts_of(arguments, classifier);
    certify::Question question;
    question.norm = norm_of(arguments);
    const bool is_bounded = has_radius(arguments);
    if (!is_bounded && !arguments.has("sensitive") && !arguments.has("minimal") &&
        !has_limits_of_single_inputs(arguments))
        throw UsageError(
            "how much may change? --epsilon E, --epsilons E,E, --flips K, --sensitive COLUMN, --feature-epsilon "
            "COLUMN=E or --minimal");
    if (arguments.has("ties-are-safe")) question.ties = certify::Ties::do_not_count;
    for (const std::string& target : texts(arguments, "target"))
        question.targets.push_back(examples.class_of(target, "target"));
    if (arguments.has("top-k")) {
        if (arguments.has("target")) throw UsageError("--target and --top-k are two different questions");
        question.top_k = whole_number("top-k", arguments.get<std::string>("top-k"), 1, facts.class_count);
    }
    question.own_limits = own_limits(arguments, examples, facts);
    for (const std::string& name : texts(arguments, "sensitive"))
        for (const std::uint32_t input : examples.inputs_of(name, "sensitive").inputs) question.only.push_back(input);
    if (question.only.empty() && has_distance(arguments) && question.norm != Norm::zero)
        question.only = examples.inputs_with_distances();
    if (question.only.empty() && !is_bounded && !arguments.has("minimal"))
        for (const certify::OwnLimit& limit : question.own_limits) question.only.push_back(limit.input);
    question.domains = domains_of(arguments, examples, facts);
    question.normalisation = normalisation_of(arguments, examples, facts);
    question.usual = examples.usual_ranges();
    question.settings = settings_of(arguments);
    return question;
}

certify::Asked asked_of(const Arguments& arguments, const Classifier& classifier) {
    certify::Asked asked;
    const std::optional<Rational> most = largest_distance(classifier, norm_of(arguments));
    asked.minimal = arguments.has("minimal");
    if (arguments.has("epsilon") || arguments.has("flips")) {
        const char* option = arguments.has("flips") ? "flips" : "epsilon";
        const Rational radius = number_option(arguments, option);
        check_radius(radius, arguments.has("flips") ? "--flips" : "--epsilon", most);
        if (asked.minimal)
            asked.largest = radius;
        else
            asked.epsilons = {radius};
    }
    if (arguments.has("epsilons")) {
        if (!asked.epsilons.empty()) throw UsageError("--epsilon and --epsilons say the same");
        asked.epsilons = numbers(arguments.get<std::string>("epsilons"), "--epsilons");
        for (const Rational& epsilon : asked.epsilons) check_radius(epsilon, "--epsilons", most);
        std::ranges::sort(asked.epsilons);
        if (std::ranges::adjacent_find(asked.epsilons) != asked.epsilons.end())
            throw UsageError("--epsilons has a number twice");
    }
    if (arguments.has("precision")) {
        if (!asked.minimal) throw UsageError("--precision is of --minimal");
        asked.precision = number_option(arguments, "precision");
        if (asked.precision <= 0 || asked.precision > 1) throw UsageError("--precision is above 0, and 1 at most");
    }
    if (arguments.has("timeout")) asked.seconds = parse_seconds("timeout", arguments.get<std::string>("timeout"));
    return asked;
}

nlohmann::json parameters_of(const Arguments& arguments) {
    nlohmann::json parameters;
    for (const char* option : {"epsilon",  "epsilons", "norm",   "flips", "epsilon-file", "top-k",  "precision",
                               "timeout",  "memory",   "seed",   "label", "label-column", "header", "input",
                               "binarize", "scale",    "layout", "mean",  "std",          "domain"})
        parameters[option] = arguments.has(option) ? nlohmann::json(arguments.get<std::string>(option)) : nullptr;
    for (const char* option : {"sensitive", "feature-epsilon", "feature-domain", "target"})
        parameters[option] = texts(arguments, option);
    if (arguments.has("set")) parameters["set"] = texts(arguments, "set");
    for (const char* option : {"minimal", "ties-are-safe", "resize"}) parameters[option] = arguments.has(option);
    return parameters;
}

}  // namespace sinew::cli
