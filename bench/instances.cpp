// SPDX-License-Identifier: Apache-2.0
#include "instances.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sinew::bench {

namespace {
std::vector<std::string> fields_of(const std::string& line, char separator) {
    std::vector<std::string> fields{""};
    for (const char c : line) {
        if (c == separator)
            fields.emplace_back();
        else if (c != '\r')
            fields.back() += c;
    }
    return fields;
}
}  // namespace

std::vector<Instance> read_instances(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no instances at " + path);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::vector<Instance> instances;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with("onnx,")) continue;
        std::vector<std::string> fields = fields_of(line, ',');
        if (fields.size() < 2) throw std::runtime_error(path + ": not onnx,vnnlib,timeout_s,expected: " + line);
        fields.resize(4);
        Instance instance;
        instance.label = fields[1].empty() ? fields[0] : fields[0] + " " + fields[1];
        instance.expected = fields[3];
        instance.words.push_back(folder / fields[0]);
        if (!fields[1].empty()) instance.words.push_back(folder / fields[1]);
        instances.push_back(std::move(instance));
    }
    return instances;
}

std::vector<Instance> read_commands(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no commands at " + path);
    std::vector<Instance> instances;
    for (std::string line; std::getline(file, line);) {
        if (line.empty()) continue;
        const std::vector<std::string> fields = fields_of(line, '\t');
        if (fields.size() < 4) throw std::runtime_error(path + ": not label, verdict, command, argument...: " + line);
        instances.push_back({fields[0], fields[1], fields[2], {fields.begin() + 3, fields.end()}});
    }
    return instances;
}

}  // namespace sinew::bench
