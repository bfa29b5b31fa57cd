import Testing

/// Parent of all suites that use the real kernel.
///
/// There is one kernel and its tables are shared, so no two tests run at the same time: the trait `.serialized` reaches
/// all that is nested here. Each file adds its suite, which starts by making the tables empty:
///
///     extension KernelSuites {
///         @Suite struct IPVSServiceTests { … }
///     }
@Suite(.serialized, .kernel) struct KernelSuites {}
