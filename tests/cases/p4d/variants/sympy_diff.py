import sympy as sp, torch
torch.manual_seed(5)
W, B, V, c, X, Y = syms = sp.symbols("W B V c X Y", real=True)
L = (V * sp.Max(W * X + B, 0) + c + X - Y) ** 2 / 2
t = {k: torch.randn((), dtype=torch.float64, requires_grad=True) for k in ("W1", "b1", "W2", "b2", "x")}
y = torch.randn((), dtype=torch.float64)
loss = 0.5 * (t["W2"] * torch.relu(t["W1"] * t["x"] + t["b1"]) + t["b2"] + t["x"] - y) ** 2
loss.backward()
vals = [t[k].item() for k in ("W1", "b1", "W2", "b2", "x")] + [y.item()]
for k, s in zip(("W1", "b1", "W2", "b2", "x"), syms):
    analytic = float(sp.diff(L, s).subs(dict(zip(syms, vals))))
    print(k, analytic, t[k].grad.item(), abs(analytic - t[k].grad.item()))
