import LVSCareSettings

/// What a mapping of a document says of settings that have flags, too.
struct DocumentLayer: SettingLayer {
    private var texts: [String: [RawValue]] = [:]

    /// Adds what is written of `setting`.
    mutating func add(_ values: [RawValue], for setting: Setting) { texts[setting.name] = values }

    /// The same without what is written of `setting`.
    func without(_ setting: Setting) -> DocumentLayer {
        var layer = self
        layer.texts[setting.name] = nil
        return layer
    }

    func values(of setting: Setting) -> [RawValue] { texts[setting.name] ?? [] }

    func spelling(of setting: Setting) -> String { CheckKeys.names[setting.name] ?? setting.name }
}
