import torch; from torch import tensor

R = lambda v: tensor(v, dtype=torch.float32, requires_grad=True)
W1, b1, W2, b2, x = R([[.7], [-.4], [.2]]), R([[-.1], [.8], [.3]]), R([[1.3, .6, -.9]]), R(.15), R(-.55)
y = 1.

z    = lambda: W1*x + b1
a    = lambda: z().relu()
yh   = lambda: (W2 @ a()).squeeze() + b2 + x
loss = lambda: (yh() - y)**2/2

# formulas of part b, literally
e = lambda: yh() - y
s = lambda: 1.0*(z() > 0)
formula = {
    'b2': lambda: e(),
    'W2': lambda: e()*a().T,
    'W1': lambda: e()*W2.T*s()*x,
    'b1': lambda: e()*W2.T*s(),
    'x' : lambda: e()*(1 + (W2 @ (s()*W1)).squeeze()),
}

loss().backward()
rnd = lambda t: [round(v, 5) for v in t.detach().reshape(-1).tolist()]
for k, g in formula.items():
    print(k, rnd(g()), '==' if rnd(g()) == rnd(globals()[k].grad) else '!=', rnd(globals()[k].grad))
