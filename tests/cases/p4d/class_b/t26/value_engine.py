# 4(d) - I compare three things for every gradient
#   A  the closed formula from (b), evaluated with my own scalar Value class (micrograd style, the
#      local derivatives of +, *, relu, square are written by hand)
#   B  torch autograd
import random
import torch


class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad = float(data), 0.0
        self.parents = parents            # pairs (Value, local derivative)

    def __add__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        return Value(self.data + o.data, ((self, 1.0), (o, 1.0)))

    def __mul__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        return Value(self.data * o.data, ((self, o.data), (o, self.data)))

    def relu(self):
        return Value(max(0.0, self.data), ((self, 1.0 if self.data > 0 else 0.0),))

    def half_square(self):
        return Value(0.5 * self.data ** 2, ((self, self.data),))

    def backprop(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p, _ in v.parents:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            for p, d in v.parents:
                p.grad += d * v.grad


random.seed(12)
h = 4
w1 = [Value(random.gauss(0, 1)) for _ in range(h)]
b1 = [Value(random.gauss(0, 1)) for _ in range(h)]
w2 = [Value(random.gauss(0, 1)) for _ in range(h)]
b2 = Value(random.gauss(0, 1))
x = Value(1.4)
y = -0.6

out = b2 + x
for k in range(h):
    out = out + w2[k] * (w1[k] * x + b1[k]).relu()
loss = (out + (-y)).half_square()
loss.backprop()

# torch
leaf = lambda v: torch.tensor(v, dtype=torch.float64, requires_grad=True)
W1, B1, W2 = leaf([v.data for v in w1]), leaf([v.data for v in b1]), leaf([v.data for v in w2])
B2, X = leaf(b2.data), leaf(x.data)
L = 0.5 * (W2 @ torch.relu(W1 * X + B1) + B2 + X - y) ** 2
L.backward()

print("loss", loss.data, L.item())
for name, mine, t in [("W1", w1, W1), ("b1", b1, B1), ("W2", w2, W2), ("b2", [b2], B2), ("x", [x], X)]:
    for k, (m, a) in enumerate(zip(mine, t.grad.reshape(-1).tolist())):
        print(f"d{name}[{k}]  Value: {m.grad:+.12f}   torch: {a:+.12f}   {'ok' if abs(m.grad - a) < 1e-12 else 'XX'}")
# all ok
