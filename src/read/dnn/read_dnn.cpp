#include "read/dnn/read_dnn.hpp"

#include "dnn_parser.hpp"
#include "read/dnn/condition.hpp"
#include "read/dnn/document.hpp"
#include "read/dnn/layers.hpp"
#include "read/file.hpp"

namespace sinew::read {

model::Query parse_dnn(std::string_view text, const std::string& file) {
    using namespace dnn;
    SyntaxTree tree(text, file);
    Scanner scanner(tree);
    Parser(scanner).parse();
    if (scanner.sections().count == 0)
        throw tree.error(text.size(), "the file says nothing", "dnn = { … } and conditions = { … }");
    const Document document = read_document(tree, scanner.sections());

    model::Query query;
    const VariableTable variables = build_network(tree, document, query);
    for (const auto& [symbol, domain] : document.domains) query.domains.emplace_back(variables[symbol], domain);
    if (document.input_condition != no_node)
        query.input_condition = condition(tree, variables, query.formulas, document.input_condition);
    if (document.output_condition != no_node)
        query.output_condition = condition(tree, variables, query.formulas, document.output_condition);
    if (document.objective != no_node) {
        const Node& objective = tree.node(document.objective);
        query.objective = model::Objective{objective.payload == 0 ? model::Sense::minimize : model::Sense::maximize,
                                           linear_form(tree, variables, objective.first)};
    }
    query.precision = document.precision;
    return query;
}

model::Query read_dnn(const std::filesystem::path& path) {
    return parse_dnn(read_text(path.string()), path.string());
}

}  // namespace sinew::read
