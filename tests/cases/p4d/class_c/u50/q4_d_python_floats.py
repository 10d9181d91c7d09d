# HW1 problem 4 (d)
# I wrote the analytical gradients with python numbers and for loops so that I can
# see every index of the sums.

import torch
import torch.nn as nn

torch.manual_seed(33)
h = 10

hidden = nn.Sequential(nn.Linear(1, h), nn.ReLU())
output = nn.Linear(h, 1)
half_mse = nn.MSELoss()

x = torch.tensor([0.42], requires_grad=True)
y = torch.tensor([1.37])

yhat = output(hidden(x)) + x
loss = 0.5 * half_mse(yhat, y)
loss.backward()

# ---- analytical ----
w1 = [row[0] for row in hidden[0].weight.tolist()]
b1 = hidden[0].bias.tolist()
w2 = output.weight.tolist()[0]
b2 = output.bias.item()
xs = x.item()
ys = y.item()

z = []
a = []
for k in range(h):
    z.append(w1[k] * xs + b1[k])
    a.append(z[k] if z[k] > 0 else 0.0)

pred = b2 + xs
for k in range(h):
    pred = pred + w2[k] * a[k]

e = pred - ys

d_b2 = e
d_w2 = [e * a[k] for k in range(h)]
d_b1 = [e * w2[k] if z[k] > 0 else 0.0 for k in range(h)]
d_w1 = [d_b1[k] * xs for k in range(h)]
d_x = e
for k in range(h):
    if z[k] > 0:
        d_x += e * w2[k] * w1[k]

# ---- compare ----
def show(name, mine, theirs):
    print(name)
    for i in range(len(mine)):
        print("   [%d]  analytical % .6f   autograd % .6f" % (i, mine[i], theirs[i]))

show("dL/db2", [d_b2], output.bias.grad.tolist())
show("dL/dW2", d_w2, output.weight.grad.flatten().tolist())
show("dL/db1", d_b1, hidden[0].bias.grad.tolist())
show("dL/dW1", d_w1, hidden[0].weight.grad.flatten().tolist())
show("dL/dx", [d_x], [x.grad.item()])
