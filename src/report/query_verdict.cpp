// SPDX-License-Identifier: Apache-2.0
// The verdict on a query, in words, and what it rests on.
#include <fmt/core.h>

#include "report/condition.hpp"
#include "report/html.hpp"
#include "report/query_sections.hpp"
#include "report/section.hpp"
#include "report/words.hpp"

namespace sinew::report {

namespace {

struct EngineWords {
    std::string_view name;
    std::string_view words;
};
constexpr EngineWords engines[] = {
    {"lazy", "clause learning over linear arithmetic"},
    {"boxes", "branch and bound over inputs and neurons"},
    {"phases", "branch and bound over the phases of neurons"},
    {"projection", "branch and bound in homogeneous coordinates"},
    {"refinement", "clause learning over a relaxation that is refined"},
    {"integers", "clause learning over bounds of integers"},
    {"binarized", "clause and row learning"},
    {"gradients", "guesses by gradients, confirmed exactly"},
};

std::string words_of_engine(const std::string& name) {
    for (const EngineWords& engine : engines)
        if (engine.name == name) return std::string(engine.words);
    return {};
}

bool is_formula(const Json& json) {
    return json.contains("model") || kind_of(json) == Kind::solve;
}

Banner banner_of(const Json& json) {
    const std::string status = text_of(json, "status");
    const std::string reason = text_of(json, "reason");
    const std::string value = shortened(text_of(json, "objective"), 60);
    const std::string bound = shortened(text_of(json, "bound"), 60);
    const std::string because = reason.empty() ? "" : " Why: " + reason + ".";
    if (status == "sat") {
        if (is_formula(json)) return {Tone::no, "sat", "Yes: the formula has a solution, and it was found."};
        return {Tone::no, "sat", "Yes: there is such an input, and it is shown below with its exact values."};
    }
    if (status == "unsat") {
        if (is_formula(json)) return {Tone::yes, "unsat", "No: the formula has no solution."};
        if (json.contains("objective"))
            return {Tone::yes, "unsat", "Nothing satisfies the conditions, so there is no best value."};
        return {Tone::yes, "unsat", "No: there is no such input. Every case was refuted."};
    }
    if (status == "optimum")
        return {Tone::yes, "optimum " + value,
                "This is the best value that there is: a solution has it, and none is better."};
    if (status == "feasible")
        return {Tone::open, "feasible " + value,
                "The best solution that was found." +
                    (bound.empty() ? " No bound is proven." : " It is proven that none is better than " + bound + ".") +
                    because};
    if (status == "unbounded")
        return {Tone::odd, "unbounded", "There are ever better solutions: no value is the best."};
    if (status == "timeout")
        return {Tone::open, "timeout",
                "The time was over before there was an answer: nothing is said either way." +
                    (bound.empty() ? "" : " No solution is better than " + bound + ".") + because};
    if (status.empty()) return {Tone::open, "no verdict", "This document tells no status."};
    return {Tone::open, status, "There is no answer: nothing is said either way." + because};
}

void add_proof(const Json& json, std::vector<Ground>& grounds) {
    const Json& proof = member(json, "proof");
    const std::string file = proof.is_object() ? text_of(proof, "file") : text_of(proof);
    if (file.empty()) {
        grounds.push_back({Tone::open, "No proof file", "This run wrote none: the answer rests on the program."});
        return;
    }
    const std::string check = proof.is_object() ? text_of(proof, "check") : "";
    const std::string checked = check.empty() ? " It was not checked in this run." : " Its check: " + check + ".";
    grounds.push_back({check.empty() ? Tone::open : Tone::yes, "Proof file", file + "." + checked});
}

void add_replay(const Json& witness, std::vector<Ground>& grounds) {
    const Json& replay = member(witness, "float32_replay");
    if (!replay.is_object()) return;
    const bool inputs_hold = is_true(member(replay, "input_condition"));
    const bool outputs_hold = is_true(member(replay, "output_condition"));
    if (inputs_hold && outputs_hold)
        grounds.push_back(
            {Tone::yes, "Float32 agrees",
             "With the inputs rounded to float32, a float32 run of the network satisfies the conditions too."});
    else if (outputs_hold)
        grounds.push_back(
            {Tone::open, "Float32 inputs",
             "Rounded to float32 the inputs leave the input condition; of them, a float32 run satisfies the "
             "output condition."});
    else
        grounds.push_back(
            {Tone::no, "Float32 differs",
             "A float32 run of the network does not satisfy the output condition: the exact answer holds in "
             "real arithmetic alone."});
}

std::vector<Ground> query_grounds(const Json& json) {
    std::vector<Ground> grounds;
    const std::string status = text_of(json, "status");
    const Json& witness = member(json, "witness");
    if (witness.is_object()) {
        bool is_exact = true;
        for (const char* part : {"inputs", "outputs"})
            for (const Json& value : items(witness, part)) is_exact = is_exact && !text_of(value, "exact").empty();
        if (is_exact)
            grounds.push_back(
                {Tone::yes, "Exact arithmetic",
                 "The network was evaluated at the witness with rational numbers, without rounding, and every "
                 "condition that is needed holds."});
        else
            grounds.push_back(
                {Tone::yes, "Certified enclosures",
                 "Inputs are exact. What tanh and sigmoid make of them is irrational: it was enclosed between "
                 "proven bounds, and the conditions hold for all that lies between."});
        add_replay(witness, grounds);
    }
    if (status == "unsat" || status == "optimum") {
        grounds.push_back({Tone::yes, "Rigorous refutation",
                           "Bounds were rounded outwards, and linear arithmetic was checked with rational numbers: no "
                           "floating-point result decided anything by itself."});
        add_proof(json, grounds);
    }
    return grounds;
}

std::vector<Fact> query_facts(const Json& json) {
    std::vector<Fact> facts;
    const std::string value = text_of(json, "objective");
    const std::string bound = text_of(json, "bound");
    if (!value.empty())
        facts.push_back(
            {"value", shortened(value, 40),
             value.size() > 12 && number_of(json, "objective") ? "≈ " + shown(*number_of(json, "objective")) : ""});
    if (!bound.empty()) facts.push_back({"proven bound", shortened(bound, 40), {}});
    if (const auto seconds = number_of(json, "seconds"))
        facts.push_back({"time of the search", duration(*seconds), {}});
    const std::string engine = text_of(json, "decided_by");
    if (!engine.empty()) facts.push_back({"decided by", engine, words_of_engine(engine)});
    const Json& question = member(json, "asked");
    if (const auto inputs = count_of(question, "input_count")) facts.push_back({"inputs", shown_count(*inputs), {}});
    if (const auto outputs = count_of(question, "output_count"))
        facts.push_back({"outputs", shown_count(*outputs), {}});
    if (const auto neurons = count_of(member(json, "network"), "neurons"))
        facts.push_back({"neurons", shown_count(*neurons), {}});
    if (const auto parameters = count_of(member(json, "network"), "parameters"))
        facts.push_back({"parameters", shown_count(*parameters), {}});
    const Json& model = member(json, "model");
    if (model.is_array()) {
        std::size_t positive = 0;
        for (const Json& literal : model) positive += literal.is_number() && literal.get<double>() > 0 ? 1 : 0;
        facts.push_back(
            {"variables", shown_count(model.size()), fmt::format("{} of them true", shown_count(positive))});
    }
    return facts;
}

/// Bounds of the inputs, in a sentence where they are many.
std::string box_html(const Json& question) {
    const Json& inputs = items(question, "inputs");
    constexpr std::size_t most_inputs = 32;
    if (inputs.empty()) return {};
    if (inputs.size() <= most_inputs) {
        std::string rows;
        for (const Json& input : inputs) {
            const std::string lower = text_of(input, "lower");
            const std::string upper = text_of(input, "upper");
            const std::string name = "<span class=\"mono\">" + name_html(text_of(input, "name")) + "</span>";
            std::string range = "any real number";
            if (text_of(input, "kind") == "integer") range = "any integer";
            if (member(input, "values").is_array()) {
                range = "one of";
                for (const std::string& value : texts_of(member(input, "values"))) range += " " + escaped(value);
            } else if (!lower.empty() && lower == upper) {
                range = "is " + escaped(shortened(lower, 40));
            } else if (!lower.empty() || !upper.empty()) {
                range = fmt::format("from {} to {}", lower.empty() ? "−∞" : escaped(shortened(lower, 40)),
                                    upper.empty() ? "∞" : escaped(shortened(upper, 40)));
                if (text_of(input, "kind") == "integer") range += ", integers";
            }
            rows += "<li>" + name + " " + range + "</li>";
        }
        return "<ul class=\"cond\">" + rows + "</ul>";
    }
    std::size_t fixed = 0;
    std::size_t bounded = 0;
    double widest = 0;
    for (const Json& input : inputs) {
        const auto lower = number_of(input, "lower");
        const auto upper = number_of(input, "upper");
        if (!lower || !upper) continue;
        ++bounded;
        fixed += *lower == *upper ? 1 : 0;
        widest = std::max(widest, *upper - *lower);
    }
    std::string html = fmt::format("{} inputs, {} between a lower and an upper bound", shown_count(inputs.size()),
                                   bounded == inputs.size() ? "each" : shown_count(bounded) + " of them");
    if (bounded > 0) html += fmt::format("; the widest interval is {} wide", shown(widest));
    if (fixed > 0) html += fmt::format("; {} fixed to one value", fixed == 1 ? "1 is" : shown_count(fixed) + " are");
    return html + ".";
}

std::string condition_row(const Json& question, const char* key) {
    const std::string text = text_of(question, key);
    if (!text.empty()) return text == "true" ? "none" : condition_html(text);
    if (const auto count = count_of(question, std::string(key) + "_comparisons"))
        return fmt::format("{}: too many to be written out here", counted(*count, "comparison"));
    return {};
}
}  // namespace

std::string query_question(const Json& json) {
    const std::vector<std::string> files = texts_of(member(json, "files"));
    std::string name = files.empty() ? std::string("the query") : file_name(files[0]);
    if (files.size() > 1) name += " and " + file_name(files[1]);
    const std::string objective = text_of(member(json, "asked"), "objective");
    if (kind_of(json) == Kind::optimize) {
        const bool is_greatest = objective.starts_with("maximize");
        if (objective.empty()) return fmt::format("What is the best value of the objective of {}?", name);
        const std::string form = shortened(objective.substr(std::min(objective.size(), std::size_t{9})), 60);
        return fmt::format("What is the {} value of {} in {}?", is_greatest ? "greatest" : "least", form, name);
    }
    if (is_formula(json)) return fmt::format("Does {} have a solution?", name);
    if (files.size() == 2)
        return fmt::format("Is there an input of {} that satisfies {}?", stem(files[0]), stem(files[1]));
    return fmt::format("Is there an input that satisfies the conditions of {}?", name);
}

Section asked_section(const Json& json) {
    const Json& question = member(json, "asked");
    std::string rows;
    std::string files;
    for (const std::string& file : texts_of(member(json, "files")))
        files += (files.empty() ? "" : "<br>") + ("<span class=\"mono\">" + name_html(file) + "</span>");
    rows += row_html("files", files);
    rows += row_html("inputs", box_html(question));
    rows += row_html("condition on inputs", condition_row(question, "input_condition"));
    rows += row_html("condition on outputs", condition_row(question, "output_condition"));
    rows += row_html("objective", escaped(text_of(question, "objective")));
    rows += row_html("precision", escaped(text_of(question, "precision")));
    std::string after;
    if (!is_formula(json) && kind_of(json) == Kind::verify)
        after =
            "<p class=\"note\">Arithmetic is exact: 0.1 is one tenth, and &lt; is strict. A query usually describes a "
            "counterexample: <b>sat</b> means that one exists, <b>unsat</b> that none does.</p>";
    if (rows.empty()) return {};
    return {"asked", "What was asked", "<dl class=\"asked card\">" + rows + "</dl>" + after};
}

Section query_verdict(const Json& json) {
    std::string html = banner_html(banner_of(json)) + facts_html(query_facts(json));
    const std::string grounds = grounds_html(query_grounds(json));
    if (!grounds.empty()) html += "<div class=\"card\"><h3>What this rests on</h3>" + grounds + "</div>";
    return {"verdict", "Verdict", html};
}

}  // namespace sinew::report
