// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/functions.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "read/onnx/graph.hpp"

namespace sinew::read::onnx {

namespace {
/// Functions that call functions may double their nodes with every level.
constexpr int most_nodes = 1 << 17;

std::string key_of(const std::string& domain, const std::string& name, const std::string& overload) {
    return (domain == "ai.onnx" ? "" : domain) + '\n' + name + '\n' + overload;
}

std::int64_t opset_of(const FunctionProto& function, std::int64_t otherwise) {
    for (const OperatorSetIdProto& import : function.opset_import())
        if (import.domain().empty() || import.domain() == "ai.onnx") return import.version();
    return otherwise;
}

class Inliner {
  public:
    Inliner(ModelProto& model, const std::string& file, std::int64_t opset,
            std::unordered_map<int, std::int64_t>& opsets)
        : model_(model), file_(file), opset_(opset), opsets_(opsets) {
        for (const FunctionProto& function : model.functions())
            if (!functions_.emplace(key_of(function.domain(), function.name(), function.overload()), &function).second)
                fail(fmt::format("two functions are called '{}'", printable(function.name())));
    }

    void run() {
        GraphProto& graph = *model_.mutable_graph();
        google::protobuf::RepeatedPtrField<NodeProto> before;
        before.Swap(graph.mutable_node());
        for (NodeProto& node : before) place(std::move(node), opset_);
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError({file_, 0, 0}, message); }

    void place(NodeProto&& node, std::int64_t opset) {
        GraphProto& graph = *model_.mutable_graph();
        const auto found = functions_.find(key_of(node.domain(), node.op_type(), node.overload()));
        if (found != functions_.end()) return call(node, *found->second, opset);
        if (graph.node_size() >= most_nodes) fail(fmt::format("its functions become more than {} nodes", most_nodes));
        if (opset != opset_) opsets_.emplace(graph.node_size(), opset);
        *graph.add_node() = std::move(node);
    }

    void call(const NodeProto& node, const FunctionProto& function, std::int64_t opset) {
        check_limits();
        if (std::ranges::find(open_, &function) != open_.end())
            fail(fmt::format("the function '{}' calls itself", printable(function.name())));
        if (node.input_size() > function.input_size() || node.output_size() > function.output_size())
            fail(fmt::format("a call of the function '{}' has {} inputs and {} outputs; it has {} and {}",
                             printable(function.name()), node.input_size(), node.output_size(), function.input_size(),
                             function.output_size()));
        open_.push_back(&function);
        const std::string prefix = fmt::format(
            "{}#{}/", node.name().empty() ? (node.output_size() > 0 ? node.output(0) : function.name()) : node.name(),
            ++calls_);
        std::unordered_map<std::string, std::string> names;
        for (int i = 0; i < function.input_size(); ++i)
            names.insert_or_assign(function.input(i), i < node.input_size() ? node.input(i) : std::string());
        const std::int64_t own = opset_of(function, opset);
        for (int i = 0; i < node.output_size(); ++i) {
            if (node.output(i).empty()) continue;
            if (names.emplace(function.output(i), node.output(i)).second) continue;
            NodeProto copy;  // an input handed through, or an output that is there twice
            copy.set_op_type("Identity");
            copy.add_input(names.at(function.output(i)));
            copy.add_output(node.output(i));
            place(std::move(copy), opset_);
        }
        const auto renamed = [&](const std::string& name) {
            if (name.empty()) return name;
            const auto found = names.find(name);
            return found != names.end() ? found->second : prefix + name;
        };
        for (const NodeProto& inner : function.node()) {
            NodeProto copy = inner;
            copy.set_name(prefix + inner.name());
            for (std::string& name : *copy.mutable_input()) name = renamed(name);
            for (std::string& name : *copy.mutable_output()) name = renamed(name);
            bind_attributes(copy, node, function);
            place(std::move(copy), own);
        }
        open_.pop_back();
    }

    /// An attribute of a function's node that stands for one of the call: that, or the function's default, or none.
    void bind_attributes(NodeProto& inner, const NodeProto& node, const FunctionProto& function) const {
        google::protobuf::RepeatedPtrField<AttributeProto> before;
        before.Swap(inner.mutable_attribute());
        for (AttributeProto& attribute : before) {
            if (attribute.ref_attr_name().empty()) {
                *inner.add_attribute() = std::move(attribute);
                continue;
            }
            const auto named = [&](const auto& list) -> const AttributeProto* {
                for (const AttributeProto& candidate : list)
                    if (candidate.name() == attribute.ref_attr_name()) return &candidate;
                return nullptr;
            };
            const AttributeProto* value = named(node.attribute());
            if (value == nullptr) value = named(function.attribute_proto());
            if (value == nullptr) continue;
            AttributeProto& added = *inner.add_attribute();
            added = *value;
            added.set_name(attribute.name());
        }
    }

    ModelProto& model_;
    const std::string& file_;
    std::int64_t opset_;
    std::unordered_map<int, std::int64_t>& opsets_;
    std::unordered_map<std::string, const FunctionProto*> functions_;
    std::vector<const FunctionProto*> open_;
    int calls_ = 0;
};
}  // namespace

void inline_functions(ModelProto& model, const std::string& file, std::int64_t opset,
                      std::unordered_map<int, std::int64_t>& opsets) {
    if (model.functions_size() == 0) return;
    Inliner(model, file, opset, opsets).run();
}

}  // namespace sinew::read::onnx
