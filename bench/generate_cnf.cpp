// SPDX-License-Identifier: Apache-2.0
// Writes the forty formulas of the suite sat as DIMACS files.
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "cnf_families.hpp"

namespace {

void write(const sinew::model::Cnf& cnf, const std::string& path) {
    std::string text = "p cnf " + std::to_string(cnf.variable_count) + " " + std::to_string(cnf.clause_count()) + "\n";
    for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
        for (std::size_t i = cnf.begin[c]; i < cnf.begin[c + 1]; ++i) text += std::to_string(cnf.literals[i]) + " ";
        text += "0\n";
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << text).flush()) throw std::runtime_error(path + " could not be written");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: generate_cnf FOLDER\n", stderr);
        return 1;
    }
    try {
        for (const sinew::bench::NamedCnf& formula : sinew::bench::forty_formulas()) {
            const std::string path = std::string(argv[1]) + "/" + formula.name + ".cnf";
            write(formula.cnf, path);
            std::printf("%s\n", path.c_str());
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "generate_cnf: %s\n", error.what());
        return 1;
    }
}
