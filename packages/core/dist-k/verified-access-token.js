export {};
//# sourceMappingURL=verified-access-token.js.map