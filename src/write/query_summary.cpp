// SPDX-License-Identifier: Apache-2.0
#include "write/query_summary.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "model/normal_form.hpp"
#include "write/formula_parts.hpp"
#include "write/formula_text.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
constexpr std::size_t longest_condition = 40;  // parts that are still shown in words

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
    return text.empty() ? "1" : text;
}

class Summary {
  public:
    Summary(const model::Query& query, std::size_t most_listed) : query_(query), most_listed_(most_listed) {}

    std::string write() {
        network();
        inputs();
        outputs();
        condition("input condition", query_.input_condition);
        condition("output condition", query_.output_condition);
        if (query_.objective)
            add("objective: {} {}\n", query_.objective->sense == model::Sense::minimize ? "minimize" : "maximize",
                form_text(query_, query_.objective->form));
        if (query_.precision)
            add("precision: {}, {} reading\n", query_.precision->steps.get_str(),
                query_.precision->reading == model::PrecisionReading::scaled ? "scaled" : "literal");
        return std::move(text_);
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    static std::size_t parameters(const model::Layer& layer) {
        const auto* affine = std::get_if<model::AffineLayer>(&layer.operation);
        if (affine == nullptr) return 0;
        std::size_t count = affine->bias.size();
        for (const model::AffineTerm& term : affine->terms) count += weights(term.map).size();
        return count;
    }

    void network() {
        std::size_t count = 0;
        std::size_t neurons = 0;
        for (const model::Layer& layer : query_.network.layers()) {
            count += parameters(layer);
            if (std::holds_alternative<model::ActivationLayer>(layer.operation)) neurons += layer.size;
        }
        add("network: {} layers, {} variables, {} activations, {} parameters\n", query_.network.layer_count(),
            query_.network.variable_count(), neurons, count);
        const std::size_t most = 16 * most_listed_;
        for (std::size_t l = 0; l < std::min(most, query_.network.layer_count()); ++l) {
            const model::Layer& layer = query_.network.layers()[l];
            add("  {:<12} {:<12} ", layer.name, shape_text(layer.shape));
            std::visit([&](const auto& operation) { describe(operation); }, layer.operation);
            if (const std::size_t own = parameters(layer); own != 0) add(", {} parameters", own);
            text_ += '\n';
        }
        if (query_.network.layer_count() > most) add("  … and {} more\n", query_.network.layer_count() - most);
    }

    const std::string& name(model::LayerId id) const { return query_.network.layer(id).name; }

    void describe(const model::InputLayer&) { text_ += "input"; }
    void describe(const model::ActivationLayer& operation) {
        add("{} of {}", model::to_string(operation.activation), name(operation.source));
    }
    void describe(const model::MaxPoolLayer& pool) {
        add("maximum of {} (windows of up to {})", name(pool.source), largest_window(pool));
    }
    void describe(const model::ProductLayer& product) { add("products of {}", name(product.source)); }
    static std::size_t largest_window(const model::MaxPoolLayer& pool) {
        std::size_t largest = 0;
        for (std::size_t w = 0; w + 1 < pool.begin.size(); ++w)
            largest = std::max(largest, pool.begin[w + 1] - pool.begin[w]);
        return largest;
    }
    void describe(const model::AffineLayer& affine) {
        text_ += "affine";
        const char* joint = " of";
        for (const model::AffineTerm& term : affine.terms) {
            add("{} {} ({})", joint, name(term.source), map_text(term.map));
            joint = " +";
        }
    }
    static std::string map_text(const model::LinearMap& map) {
        const auto text = [](const char* kind, const model::ConvolutionMap& of) {
            return fmt::format("{} {}x{}, stride {}x{}", kind, of.kernel_height, of.kernel_width, of.stride_height,
                               of.stride_width);
        };
        if (const auto* convolution = std::get_if<model::ConvolutionMap>(&map))
            return text("convolution", *convolution);
        if (const auto* transposed = std::get_if<model::TransposedConvolutionMap>(&map))
            return text("transposed convolution", transposed->convolution);
        if (std::holds_alternative<model::DenseMap>(map)) return "dense";
        return fmt::format("sparse, {} entries", weights(map).size());
    }

    void inputs() {
        const std::vector<Variable> inputs = query_.network.input_variables();
        add("inputs: {}\n", inputs.size());
        const std::vector<model::Domain> bounds = demanded_domains(query_);
        std::vector<const model::Domain*> domain(query_.network.variable_count(), nullptr);
        for (const auto& [variable, given] : query_.domains) domain[variable.index()] = &given;
        for (std::size_t i = 0; i < std::min(most_listed_, inputs.size()); ++i) {
            const std::size_t v = inputs[i].index();
            add("  {:<12} {}{}\n", query_.name(inputs[i]),
                domain[v] != nullptr && domain[v]->kind == model::DomainKind::integer ? "int " : "real ",
                domain[v] != nullptr && !domain[v]->values.empty() ? values_text(*domain[v]) : range_text(bounds[i]));
        }
        if (inputs.size() > most_listed_) add("  … and {} more\n", inputs.size() - most_listed_);
        if (!query_.boolean_names.empty()) add("free Booleans: {}\n", query_.boolean_names.size());
    }

    static std::string values_text(const model::Domain& domain) {
        std::string text;
        for (const Rational& value : domain.values) text += (text.empty() ? "{" : ", ") + exact_number(value);
        return text + "}";
    }
    static std::string range_text(const model::Domain& range) {
        if (!range.lower && !range.upper) return "unbounded";
        return fmt::format("[{}, {}]", range.lower ? exact_number(*range.lower) : "-inf",
                           range.upper ? exact_number(*range.upper) : "inf");
    }

    void outputs() {
        if (query_.outputs.empty()) return;
        add("outputs: {} (", query_.outputs.size());
        for (std::size_t i = 0; i < std::min(most_listed_, query_.outputs.size()); ++i)
            add("{}{}", i == 0 ? "" : ", ", query_.name(query_.outputs[i]));
        text_ += query_.outputs.size() > most_listed_ ? ", …)\n" : ")\n";
    }

    void condition(const char* title, model::FormulaId root) {
        const model::FormulaNode& node = query_.formulas.node(root);
        if (node.kind == model::FormulaKind::constant) {
            add("{}: {}\n", title, node.value ? "none" : "false");
            return;
        }
        const std::vector<std::uint8_t> uses = model::uses(query_.formulas, {root});
        std::size_t atoms = 0;
        std::size_t connectives = 0;
        std::size_t disjunctions = 0;
        for (std::size_t i = 0; i < uses.size(); ++i) {
            if (uses[i] == 0) continue;
            const model::FormulaNode& part = query_.formulas.node(model::FormulaId(i));
            atoms += part.kind == model::FormulaKind::atom ? 1 : 0;
            connectives += part.children.empty() ? 0 : 1;
            disjunctions += part.kind == model::FormulaKind::disjunction ? 1 : 0;
        }
        add("{}: {} comparisons, {} connectives ({} disjunctions)\n", title, atoms, connectives, disjunctions);
        if (tree_size(query_.formulas, root, longest_condition) < longest_condition)
            add("  {}\n", formula_text(query_, root));
    }

    const model::Query& query_;
    std::size_t most_listed_;
    std::string text_;
};
}  // namespace

std::string query_summary(const model::Query& query, std::size_t most_listed) {
    return Summary(query, most_listed).write();
}

}  // namespace sinew::write
