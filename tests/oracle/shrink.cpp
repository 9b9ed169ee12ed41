// SPDX-License-Identifier: Apache-2.0
#include "oracle/shrink.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sinew::oracle {

namespace {
/// A cut changes a copy of the sketch and says whether it could.
using Cut = std::function<bool(Sketch&)>;

void visit(FormulaSketch& formula, const std::function<void(FormulaSketch&)>& call) {
    call(formula);
    for (FormulaSketch& child : formula.children) visit(child, call);
}
void visit_conditions(Sketch& sketch, const std::function<void(FormulaSketch&)>& call) {
    visit(sketch.input_condition, call);
    visit(sketch.output_condition, call);
}

FormulaSketch* nth_node(Sketch& sketch, std::size_t n) {
    FormulaSketch* found = nullptr;
    std::size_t at = 0;
    visit_conditions(sketch, [&](FormulaSketch& node) {
        if (at++ == n) found = &node;
    });
    return found;
}

/// All numbers of a sketch, in a fixed order.
std::vector<Rational*> numbers(Sketch& sketch) {
    std::vector<Rational*> all;
    for (LayerSketch& layer : sketch.layers) {
        for (Source& source : layer.sources) {
            if (source.storage == Storage::convolution) continue;
            for (auto& row : source.weights)
                for (Rational& weight : row) all.push_back(&weight);
        }
        for (Rational& bias : layer.bias) all.push_back(&bias);
        if (layer.kind == LayerKind::activation) {
            all.push_back(&layer.activation.slope);
            if (layer.activation.lower) all.push_back(&*layer.activation.lower);
            if (layer.activation.upper) all.push_back(&*layer.activation.upper);
        }
    }
    for (DomainSketch& domain : sketch.domains) {
        if (domain.lower) all.push_back(&*domain.lower);
        if (domain.upper) all.push_back(&*domain.upper);
    }
    visit_conditions(sketch, [&](FormulaSketch& node) {
        for (Term& term : node.terms) all.push_back(&term.coefficient);
        if (node.kind == Connective::atom) all.push_back(&node.right);
    });
    return all;
}

void erase_place(Sketch& sketch, std::size_t layer, std::size_t index) {
    visit_conditions(sketch, [&](FormulaSketch& node) {
        std::erase_if(node.terms, [&](const Term& term) { return term.place == Place{layer, index}; });
        for (Term& term : node.terms)
            if (term.place.layer == layer && term.place.index > index) --term.place.index;
    });
}

/// Removes component `index` of `layer` and of the activations on it; false where a window or a convolution forbids it.
bool remove_component(Sketch& sketch, std::size_t layer, std::size_t index) {
    LayerSketch& self = sketch.layers[layer];
    if (index >= self.size) return false;
    const auto offset = static_cast<std::ptrdiff_t>(index);
    for (const Source& source : self.sources)
        if (source.storage == Storage::convolution) return false;
    if (self.kind == LayerKind::input) {
        std::size_t before = 0;
        for (std::size_t l = 0; l < layer; ++l)
            if (sketch.layers[l].kind == LayerKind::input) before += sketch.layers[l].size;
        sketch.domains.erase(sketch.domains.begin() + static_cast<std::ptrdiff_t>(before) + offset);
    }
    for (Source& source : self.sources) source.weights.erase(source.weights.begin() + offset);
    if (!self.bias.empty()) self.bias.erase(self.bias.begin() + offset);
    if (!self.windows.empty()) self.windows.erase(self.windows.begin() + offset);
    --self.size;
    erase_place(sketch, layer, index);
    for (std::size_t l = layer + 1; l < sketch.layers.size(); ++l) {
        LayerSketch& reader = sketch.layers[l];
        for (Source& source : reader.sources) {
            if (source.layer != layer) continue;
            if (source.storage == Storage::convolution) return false;
            for (auto& row : source.weights) row.erase(row.begin() + offset);
        }
        if (reader.kind == LayerKind::activation && reader.source == layer && !remove_component(sketch, l, index))
            return false;
        if (reader.kind != LayerKind::max_pool || reader.source != layer) continue;
        for (auto& window : reader.windows) {
            std::erase(window, index);
            if (window.empty()) return false;
            for (std::size_t& member : window) member -= member > index ? 1 : 0;
        }
    }
    return true;
}

/// Lets everyone who reads `layer` read its own source instead (activations only), and removes it.
bool bypass_activation(Sketch& sketch, std::size_t layer) {
    if (sketch.layers[layer].kind != LayerKind::activation) return false;
    const std::size_t target = sketch.layers[layer].source;
    const auto move = [&](std::size_t& index) {
        if (index == layer)
            index = target;
        else if (index > layer)
            --index;
    };
    for (LayerSketch& other : sketch.layers) {
        move(other.source);
        for (Source& source : other.sources) move(source.layer);
    }
    visit_conditions(sketch, [&](FormulaSketch& node) {
        for (Term& term : node.terms) move(term.place.layer);
    });
    sketch.layers.erase(sketch.layers.begin() + static_cast<std::ptrdiff_t>(layer));
    return true;
}

/// Removes a layer that nothing reads, conditions included.
bool remove_unread_layer(Sketch& sketch, std::size_t layer) {
    bool read = false;
    for (const LayerSketch& other : sketch.layers) {
        if (other.kind == LayerKind::activation || other.kind == LayerKind::max_pool)
            read = read || other.source == layer;
        for (const Source& source : other.sources) read = read || source.layer == layer;
    }
    visit_conditions(sketch, [&](FormulaSketch& node) {
        for (const Term& term : node.terms) read = read || term.place.layer == layer;
    });
    if (read || sketch.layers[layer].kind == LayerKind::input) return false;
    const auto move = [&](std::size_t& index) { index -= index > layer ? 1 : 0; };
    for (LayerSketch& other : sketch.layers) {
        move(other.source);
        for (Source& source : other.sources) move(source.layer);
    }
    visit_conditions(sketch, [&](FormulaSketch& node) {
        for (Term& term : node.terms) move(term.place.layer);
    });
    sketch.layers.erase(sketch.layers.begin() + static_cast<std::ptrdiff_t>(layer));
    return true;
}

void cut_formulas(std::size_t nodes, std::vector<Cut>& cuts) {
    for (std::size_t n = 0; n < nodes; ++n) {
        for (const bool value : {true, false})
            cuts.push_back([=](Sketch& sketch) {
                FormulaSketch* node = nth_node(sketch, n);
                if (node == nullptr || node->kind == Connective::constant) return false;
                *node = {};
                node->value = value;
                return true;
            });
        for (std::size_t child = 0; child < 3; ++child) {
            cuts.push_back([=](Sketch& sketch) {  // the node becomes its child
                FormulaSketch* node = nth_node(sketch, n);
                if (node == nullptr || child >= node->children.size()) return false;
                FormulaSketch kept = node->children[child];
                *node = std::move(kept);
                return true;
            });
            cuts.push_back([=](Sketch& sketch) {  // the node loses its child
                FormulaSketch* node = nth_node(sketch, n);
                if (node == nullptr || child >= node->children.size()) return false;
                if (node->kind != Connective::conjunction && node->kind != Connective::disjunction) return false;
                node->children.erase(node->children.begin() + static_cast<std::ptrdiff_t>(child));
                return true;
            });
            cuts.push_back([=](Sketch& sketch) {
                FormulaSketch* node = nth_node(sketch, n);
                if (node == nullptr || child >= node->terms.size()) return false;
                node->terms.erase(node->terms.begin() + static_cast<std::ptrdiff_t>(child));
                return true;
            });
        }
    }
}

void cut_layers(const Sketch& sketch, std::vector<Cut>& cuts) {
    for (std::size_t l = sketch.layers.size(); l-- > 0;) {
        cuts.push_back([=](Sketch& s) { return l < s.layers.size() && remove_unread_layer(s, l); });
        cuts.push_back([=](Sketch& s) { return l < s.layers.size() && bypass_activation(s, l); });
        cuts.push_back([=](Sketch& s) {  // a convolution or sparse matrix becomes a dense one
            bool changed = false;
            if (l >= s.layers.size()) return false;
            for (Source& source : s.layers[l].sources) {
                changed = changed || source.storage != Storage::dense;
                source.storage = Storage::dense;
            }
            return changed;
        });
        cuts.push_back([=](Sketch& s) {
            if (l >= s.layers.size() || s.layers[l].sources.size() < 2) return false;
            s.layers[l].sources.pop_back();
            return true;
        });
        cuts.push_back([=](Sketch& s) {
            if (l >= s.layers.size() || s.layers[l].kind != LayerKind::activation) return false;
            if (s.layers[l].activation.kind == model::ActivationKind::relu) return false;
            s.layers[l].activation = {};
            return true;
        });
        for (std::size_t i = sketch.layers[l].size; i-- > 0;)
            cuts.push_back([=](Sketch& s) {
                if (l >= s.layers.size() || s.layers[l].size <= 1) return false;
                if (s.layers[l].kind == LayerKind::activation) return false;  // goes with its source
                return remove_component(s, l, i);
            });
    }
}

void cut_domains(std::size_t inputs, std::vector<Cut>& cuts) {
    const auto cut = [&](std::size_t i, auto change) {
        cuts.push_back([=](Sketch& s) { return i < s.domains.size() && change(s.domains[i]); });
    };
    for (std::size_t i = 0; i < inputs; ++i) {
        cut(i, [](DomainSketch& d) { return std::exchange(d.lower, std::nullopt).has_value(); });
        cut(i, [](DomainSketch& d) { return std::exchange(d.upper, std::nullopt).has_value(); });
        cut(i, [](DomainSketch& d) { return std::exchange(d.integer, false); });
        cut(i, [](DomainSketch& d) { return !std::exchange(d.values, {}).empty(); });
    }
}

void cut_numbers(std::size_t count, std::vector<Cut>& cuts) {
    const auto cut = [&](std::size_t n, auto simpler) {
        cuts.push_back([=](Sketch& sketch) {
            const std::vector<Rational*> all = numbers(sketch);
            if (n >= all.size()) return false;
            const Rational changed = simpler(*all[n]);
            // Only towards fewer digits, or two cuts could undo each other for ever.
            if (changed == *all[n] || changed.get_str().size() > all[n]->get_str().size()) return false;
            if (changed.get_str().size() == all[n]->get_str().size() && abs(changed) >= abs(*all[n])) return false;
            *all[n] = changed;
            return true;
        });
    };
    for (std::size_t n = 0; n < count; ++n) {
        cut(n, [](const Rational&) { return Rational(0); });
        cut(n, [](const Rational& value) { return Rational(sgn(value)); });
        cut(n, [](const Rational& value) { return Rational(floor(value)); });
        cut(n, [](const Rational& value) { return Rational(ceil(value)); });
        cut(n, [](const Rational& value) { return Rational(floor(value * 10)) / 10; });
        cut(n, [](const Rational& value) { return Rational(Rational(floor(value / 2))); });
    }
}
}  // namespace

Sketch shrink(Sketch sketch, const std::function<bool(const Sketch&)>& shows, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    bool changed = true;
    while (changed) {
        changed = false;
        std::size_t nodes = 0;
        visit_conditions(sketch, [&](FormulaSketch&) { ++nodes; });
        std::vector<Cut> cuts;
        cut_formulas(nodes, cuts);
        cut_layers(sketch, cuts);
        cut_domains(sketch.domains.size(), cuts);
        cut_numbers(numbers(sketch).size(), cuts);
        for (const Cut& cut : cuts) {
            if (std::chrono::steady_clock::now() > end) return sketch;
            Sketch smaller = sketch;
            if (!cut(smaller) || !shows(smaller)) continue;
            sketch = std::move(smaller);
            changed = true;
        }
    }
    return sketch;
}

}  // namespace sinew::oracle
