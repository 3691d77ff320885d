export {};
//# sourceMappingURL=issuer-status.js.map