// SPDX-License-Identifier: Apache-2.0
#include "units/unit.hpp"

#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "exact/decimal.hpp"
#include "model/evaluate_enclosed.hpp"
#include "read/file.hpp"
#include "units/hex_number.hpp"
#include "units/json_file.hpp"
#include "write/json_text.hpp"

namespace sinew::units {

namespace {
constexpr std::string_view unit_kind = "unit";
constexpr std::string_view result_kind = "result of a unit";
constexpr std::uint32_t most_rounds = 30;

std::string without_ending(const std::string& path) {
    return path.ends_with(".json") ? path.substr(0, path.size() - 5) : path;
}

/// [variable, lower, upper], null for a side that nobody has bounded.
Json bounds_json(const std::vector<engine::Literal>& bounds) {
    Json json = Json::array();
    for (const engine::Literal& bound : bounds) {
        const std::size_t variable = bound.subject.variable().index();
        if (json.empty() || json.back()[0] != variable) json.push_back({variable, nullptr, nullptr});
        json.back()[bound.side == engine::Side::at_least ? 1 : 2] = hex_text(bound.value);
    }
    return json;
}

std::vector<engine::Literal> parse_bounds(const model::Query& query, const Json& json) {
    std::vector<engine::Literal> bounds;
    for (const Json& entry : json) {
        if (!entry.is_array() || entry.size() != 3) throw std::invalid_argument("bounds are no lists of three");
        const auto variable = entry.at(0).get<std::uint64_t>();
        if (variable >= query.network.variable_count() || query.network.is_input(Variable(variable)))
            throw std::invalid_argument(fmt::format("{} is no neuron's variable", variable));
        for (const std::size_t side : {1, 2}) {
            if (entry.at(side).is_null()) continue;
            const std::optional<double> value = parse_hex(entry.at(side).get<std::string>());
            if (!value)
                throw std::invalid_argument(
                    fmt::format("{} is no hexadecimal number", write::json_line(entry.at(side))));
            const engine::Subject subject{Variable(variable)};
            bounds.push_back(side == 1 ? engine::at_least(subject, *value) : engine::at_most(subject, *value));
        }
    }
    return bounds;
}

Json clauses_json(const model::Network& network, const std::vector<std::vector<engine::Literal>>& refuted) {
    Json json = Json::array();
    for (const std::vector<engine::Literal>& together : refuted) {
        Json& entry = json.emplace_back(Json::array());
        for (const engine::Literal& bound : together) entry.push_back(bound_json(network, bound));
    }
    return json;
}

std::vector<std::vector<engine::Literal>> parse_clauses(const model::Query& query, const Json& json) {
    std::vector<std::vector<engine::Literal>> refuted;
    for (const Json& entry : json) {
        std::vector<engine::Literal>& together = refuted.emplace_back();
        for (const Json& bound : entry) together.push_back(parse_bound(query, bound));
        if (together.empty()) throw std::invalid_argument("an empty list of bounds is refuted");
        for (const engine::Literal& bound : together)
            if (bound.subject.is_boolean()) throw std::invalid_argument("a clause speaks of Booleans");
    }
    return refuted;
}

void add_known(Json& json, const model::Network& network, const engine::Part& part) {
    json["rounds"] = part.rounds;
    json["bounds"] = bounds_json(part.bounds);
    json["refuted_together"] = clauses_json(network, part.refuted);
}

engine::Part parse_known(const model::Query& query, const Json& json) {
    engine::Part part;
    part.rounds = json.at("rounds").get<std::uint32_t>();
    if (part.rounds > most_rounds) throw std::invalid_argument("nobody has had so many rounds");
    part.bounds = parse_bounds(query, json.at("bounds"));
    part.refuted = parse_clauses(query, json.at("refuted_together"));
    return part;
}

Json spent_json(const Spent& spent) {
    return {{"processor_seconds", spent.seconds}, {"runs", spent.runs}};
}

Spent parse_spent(const Json& json) {
    return {json.at("processor_seconds").get<double>(), json.at("runs").get<std::uint64_t>()};
}

/// Of what a result says.
std::string digest_of(Json result) {
    result.erase("sha256");
    return sha256(write::json_line(result));
}

Json witness_json(const Result& result) {
    Json inputs = Json::array();
    for (const Rational& value : *result.inputs) inputs.push_back(to_string(value));
    return {{"inputs", std::move(inputs)}, {"booleans", result.booleans}};
}

void parse_witness(const model::Query& query, const Json& json, Result& result) {
    std::vector<Rational>& inputs = result.inputs.emplace();
    for (const Json& entry : json.at("inputs")) {
        const std::optional<Rational> value = parse_number(entry.get<std::string>());
        if (!value) throw std::invalid_argument(fmt::format("{} is no number", write::json_line(entry)));
        inputs.push_back(*value);
    }
    result.booleans = json.at("booleans").get<std::vector<bool>>();
    if (inputs.size() != query.network.input_variables().size() || result.booleans.size() != query.boolean_names.size())
        throw std::invalid_argument("the witness is none of this question");
}

model::Status parse_status(const std::string& word) {
    for (const model::Status status :
         {model::Status::sat, model::Status::unsat, model::Status::unknown, model::Status::timeout})
        if (word == model::to_string(status)) return status;
    throw std::invalid_argument(fmt::format("'{}' is no verdict", word));
}

/// Held while a result is looked at and replaced.
class Lock {
  public:
    explicit Lock(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        // Where the file system has no locks the files are still whole; two runs that end together count as one.
        if (descriptor_ >= 0)
            while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
            }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() {
        if (descriptor_ >= 0) close(descriptor_);
    }

  private:
    int descriptor_;
};
}  // namespace

std::string result_path(const std::string& unit_path) {
    return without_ending(unit_path) + ".result.json";
}

std::string children_path(const std::string& unit_path) {
    return without_ending(unit_path);
}

bool is_unit(const std::string& path) {
    return is_of_kind(path, unit_kind);
}

std::string unit_text(const model::Query& query, const Unit& unit) {
    Json json = new_file(unit_kind);
    json["question"] = unit.question;
    json["path"] = path_json(query.network, unit.path);
    json["hardness"] = unit.hardness;
    json["spent"] = spent_json(unit.spent);
    add_known(json, query.network, unit.part);
    return write::json_document(json);
}

Unit read_unit(const std::string& path, const model::Query& query) {
    const read::FileContent content = read::read_file(path);
    const Json json = parse_file(content, path, unit_kind);
    return reading(path, [&] {
        Unit unit;
        unit.question = json.at("question").get<std::string>();
        unit.path = parse_path(query, json.at("path"));
        unit.hardness = json.at("hardness").is_null() ? 0 : json.at("hardness").get<double>();
        unit.spent = parse_spent(json.at("spent"));
        unit.part = parse_known(query, json);
        unit.sha256 = sha256(content);
        return unit;
    });
}

std::string result_text(const model::Query& query, const Result& result) {
    Json json = new_file(result_kind);
    json["question"] = result.question;
    json["unit"] = result.unit;
    json["status"] = model::to_string(result.status);
    json["decided_by"] = result.decided_by;
    json["reason"] = result.reason;
    if (!result.refuted_by.empty()) json["refuted_by"] = result.refuted_by;
    json["witness"] = result.inputs ? witness_json(result) : Json(nullptr);
    json["spent"] = spent_json(result.spent);
    if (!result.is_decided()) add_known(json["learned"], query.network, result.learned);
    json["sha256"] = digest_of(json);
    return write::json_document(json);
}

std::optional<Result> read_result(const std::string& unit_path, const Unit& unit, const model::Query& query) {
    const std::string path = result_path(unit_path);
    if (read::is_missing(path)) return std::nullopt;
    const Json json = parse_file(read::read_file(path), path, result_kind);
    return reading(path, [&] {
        Result result;
        result.question = json.at("question").get<std::string>();
        result.unit = json.at("unit").get<std::string>();
        if (result.question != unit.question) throw std::invalid_argument("the result is that of another question");
        if (result.unit != unit.sha256) throw std::invalid_argument("the result is that of another unit");
        if (json.at("sha256").get<std::string>() != digest_of(json))
            throw std::invalid_argument("the digest of the result is not that of what it says: it has been changed");
        result.status = parse_status(json.at("status").get<std::string>());
        result.decided_by = json.at("decided_by").get<std::string>();
        result.reason = json.at("reason").get<std::string>();
        result.refuted_by = json.value("refuted_by", "");
        if (result.status == model::Status::sat) parse_witness(query, json.at("witness"), result);
        result.spent = parse_spent(json.at("spent"));
        if (!result.is_decided()) result.learned = parse_known(query, json.at("learned"));
        return std::optional(std::move(result));
    });
}

Result keep_result(const std::string& unit_path, const Unit& unit, const model::Query& query, Result result) {
    result.unit = unit.sha256;
    result.question = unit.question;
    const Lock lock(unit_path);
    std::optional<Result> before;
    try {
        before = read_result(unit_path, unit, query);
    } catch (const InputError&) {  // damaged: what is whole now takes its place
    }
    if (before) {
        result.spent.seconds += before->spent.seconds;
        result.spent.runs += before->spent.runs;
        // A witness may lie outside of its unit, and counts in any case.
        const bool is_better = result.status == model::Status::sat && before->status == model::Status::unsat;
        if (is_better) result.refuted_by = before->decided_by;
        if (before->is_decided() && !is_better) {
            before->spent = result.spent;
            result = std::move(*before);
        }
    }
    write_file(result_path(unit_path), result_text(query, result));
    return result;
}

engine::Part restrict(const std::string& unit_path, const Unit& unit, model::Query& query) {
    return reading(unit_path, [&] {
        engine::Part part = unit.part;
        for (const Step& step : unit.path) apply(step, query, part.splits);
        // What is known of neurons is known of the query that is searched: smooth ones are prepared before.
        return query.precision || model::is_smooth(query.network) ? engine::Part() : part;
    });
}

}  // namespace sinew::units
