#include "instances.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sinew::bench {

namespace {
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields{""};
    for (const char c : line) {
        if (c == ',')
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
        std::vector<std::string> fields = fields_of(line);
        if (fields.size() < 2) throw std::runtime_error(path + ": not onnx,vnnlib,timeout_s,expected: " + line);
        fields.resize(4);
        const std::string property = fields[1].empty() ? "" : (folder / fields[1]).string();
        instances.push_back({folder / fields[0], property, fields[3], fields[0] + " " + fields[1]});
    }
    return instances;
}

}  // namespace sinew::bench
