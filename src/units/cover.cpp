// SPDX-License-Identifier: Apache-2.0
#include "units/cover.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>

#include "read/file.hpp"
#include "search/lane_network.hpp"
#include "units/json_file.hpp"
#include "write/json_text.hpp"

namespace sinew::units {

namespace {

constexpr std::string_view cover_kind = "cover";
/// Trees are as deep as searches split; what is deeper is no tree of ours, and nobody's stack is to end in it.
constexpr std::size_t deepest = 2000;
constexpr std::size_t most_children = 1 << 20;

[[noreturn]] void refuse_cover(const std::string& what) {
    throw std::invalid_argument(what);
}

Json node_json(const model::Network& network, const Cover& cover, std::size_t index) {
    const CoverNode& node = cover.nodes[index];
    Json json;
    if (node.kind == CoverNode::Kind::unit) {
        json["unit"] = node.unit;
        json["sha256"] = node.sha256;
        return json;
    }
    if (node.kind == CoverNode::Kind::refuted) {
        json["refuted"] = node.by;
        return json;
    }
    json["split"] = node.kind == CoverNode::Kind::bounds  ? "bounds"
                    : node.kind == CoverNode::Kind::boxes ? "boxes"
                                                          : "disjuncts";
    json["sides"] = Json::array();
    for (std::size_t side = 0; side < node.children.size(); ++side) {
        Json& entry = json["sides"].emplace_back();
        if (node.kind == CoverNode::Kind::bounds) entry["where"] = bound_json(network, node.sides[side]);
        entry.update(node_json(network, cover, node.children[side]));
    }
    return json;
}

class Reader {
  public:
    Reader(const model::Query& query, Cover& cover) : query_(query), cover_(cover) {}

    std::uint32_t read(const Json& json, std::size_t depth) {
        if (depth > deepest) refuse_cover(fmt::format("the tree is more than {} splits deep", deepest));
        const auto index = static_cast<std::uint32_t>(cover_.nodes.size());
        cover_.nodes.emplace_back();
        CoverNode node;
        if (json.contains("unit")) {
            node.unit = json.at("unit").get<std::string>();
            node.sha256 = json.at("sha256").get<std::string>();
            if (node.unit.empty() || node.unit.find('/') != std::string::npos)
                refuse_cover(fmt::format("'{}' is no name of a unit", node.unit));
        } else if (json.contains("refuted")) {
            node.kind = CoverNode::Kind::refuted;
            node.by = json.at("refuted").get<std::string>();
        } else {
            const auto split = json.at("split").get<std::string>();
            if (split != "bounds" && split != "boxes" && split != "disjuncts")
                refuse_cover(fmt::format("'{}' is no split", split));
            node.kind = split == "bounds"  ? CoverNode::Kind::bounds
                        : split == "boxes" ? CoverNode::Kind::boxes
                                           : CoverNode::Kind::disjuncts;
            const Json& sides = json.at("sides");
            if (!sides.is_array() || sides.size() > most_children) refuse_cover("the sides of a split are no list");
            for (const Json& side : sides) {
                if (node.kind == CoverNode::Kind::bounds) node.sides.push_back(parse_bound(query_, side.at("where")));
                node.children.push_back(read(side, depth + 1));
            }
        }
        cover_.nodes[index] = std::move(node);
        return index;
    }

  private:
    const model::Query& query_;
    Cover& cover_;
};

/// Is a value of the domain strictly between the two?
bool has_between(const model::Domain& domain, const Rational& below, const Rational& above) {
    if (!domain.values.empty())
        return std::any_of(domain.values.begin(), domain.values.end(),
                           [&](const Rational& value) { return below < value && value < above; });
    if (domain.kind == model::DomainKind::integer) return Rational(floor(below) + 1) < above;
    return below < above;
}

/// Both sides of a split are closed, and say which piece a neuron is on: at a jump that would be wrong on one of them.
bool has_jump(const model::Network& network, Variable variable) {
    const model::LayerId source = network.component(variable).layer;
    return std::ranges::any_of(network.layers(), [&](const model::Layer& layer) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        return neurons != nullptr && neurons->source == source && search::is_step(neurons->activation.kind);
    });
}

void check_bounds(const model::Query& query, const CoverNode& node) {
    if (node.sides.size() != 2 || node.children.size() != 2) refuse_cover("a split by bounds has other than two sides");
    const engine::Literal& first = node.sides[0];
    const engine::Literal& second = node.sides[1];
    if (first.subject != second.subject) refuse_cover("the two sides of a split speak of different things");
    if (first.side == second.side) refuse_cover("the two sides of a split are one");
    if (first.subject.is_boolean()) return;
    if (!query.network.is_input(first.subject.variable()) && has_jump(query.network, first.subject.variable()))
        refuse_cover(fmt::format("{} is split, and its neuron has a jump", query.name(first.subject.variable())));
    const Rational most = to_rational(first.side == engine::Side::at_most ? first.value : second.value);
    const Rational least = to_rational(first.side == engine::Side::at_least ? first.value : second.value);
    if (least <= most) return;
    const Variable variable = first.subject.variable();
    model::Domain domain;
    if (query.network.is_input(variable))
        for (const auto& [input, own] : query.domains)
            if (input == variable) domain = own;
    if (has_between(domain, most, least))
        refuse_cover(fmt::format("nothing covers {} between {} and {}", query.name(variable), to_string(most),
                                 to_string(least)));
}
}  // namespace

std::string cover_text(const model::Query& query, const Cover& cover) {
    Json json = new_file(cover_kind);
    json["question"] = cover.question;
    json["unit"] = cover.parent;
    json["path"] = path_json(query.network, cover.path);
    json["processor_seconds"] = cover.seconds;
    json["tree"] = node_json(query.network, cover, 0);
    return write::json_document(json);
}

Cover read_cover(const std::string& path, const model::Query& query) {
    const Json json = parse_file(read::read_file(path), path, cover_kind);
    return reading(path, [&] {
        Cover cover;
        cover.question = json.at("question").get<std::string>();
        cover.parent = json.at("unit").get<std::string>();
        cover.path = parse_path(query, json.at("path"));
        cover.seconds = json.at("processor_seconds").get<double>();
        Reader(query, cover).read(json.at("tree"), 0);
        return cover;
    });
}

Step step_to(const CoverNode& node, std::size_t side) {
    Step step;
    if (node.kind == CoverNode::Kind::bounds) {
        step.bound = node.sides[side];
        return step;
    }
    step.kind = node.kind == CoverNode::Kind::boxes ? Step::Kind::box : Step::Kind::disjunct;
    step.number = static_cast<std::uint32_t>(side);
    step.count = static_cast<std::uint32_t>(node.children.size());
    return step;
}

void check_split(const model::Query& query, const Path& path, const CoverNode& node) {
    if (node.kind == CoverNode::Kind::bounds) return check_bounds(query, node);
    if (node.children.empty()) refuse_cover("a split has no sides");
    // How many boxes or disjuncts there are the part itself says: apply() compares.
    model::Query part = query;
    std::vector<engine::Literal> splits;
    for (const Step& step : path) apply(step, part, splits);
    apply(step_to(node, 0), part, splits);
}

}  // namespace sinew::units
